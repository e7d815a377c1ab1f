/** `svcsim import` as a command: what it writes, that a scenario takes it, and that a refusal leaves nothing behind. */
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { Distribution } from '../../src/contract/distribution.ts';
import { createVariate } from '../../src/engine/distributions/registry.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { MANIFESTS, Workspace } from './svcsim.ts';
import type { Outcome } from './svcsim.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());

const COUNT = 20_000;

/** Values in ms; a log of them has three decimals. */
function sampleOf(distribution: Distribution, count: number = COUNT): Float64Array {
  const out = new Float64Array(count);
  createVariate(distribution).fill(out, count, RandomStream.open(11, distribution.kind));
  return out.map((ns) => Math.max(0.001, Math.round(ns / 1e3) / 1e3));
}

/** Moments of a Poisson process, ms. */
function momentsOf(count: number, perSecond: number): Float64Array {
  const gaps = new Float64Array(count);
  const mean = (1e9 / perSecond) as never;
  createVariate({ kind: 'exponential', mean }).fill(gaps, count, RandomStream.open(5, 'gaps'));
  let at = 1_772_366_400_000;
  return gaps.map((ns) => (at += ns / 1e6));
}

const csv = (latencies: Float64Array, moments: Float64Array): string =>
  `at_ms,latency_ms\n${Array.from(latencies, (ms, i) => `${moments[i]!.toFixed(3)},${ms}\n`).join('')}`;

const LOGNORMAL: Distribution = { kind: 'lognormal', mu: Math.log(8e6), sigma: 0.7 };
const TWO_KINDS: Distribution = {
  kind: 'mixture',
  of: [
    { weight: 0.8, of: { kind: 'lognormal', mu: Math.log(3e6), sigma: 0.25 } },
    { weight: 0.2, of: { kind: 'lognormal', mu: Math.log(80e6), sigma: 0.25 } },
  ],
};
const WITH_TIMES = ['--time-column', 'at_ms'];

workspace.write({
  'good.csv': csv(sampleOf(LOGNORMAL), momentsOf(COUNT, 100)),
  'two-kinds.csv': csv(sampleOf(TWO_KINDS), momentsOf(COUNT, 100)),
});

const importing = (...args: readonly string[]): Outcome => workspace.svcsim(['import', ...args]);

/** A scenario that has of the imported what the snippet says; each request meets an idle pod at once. */
function scenarioOf(snippet: string): string {
  const [, service] = /^(serviceTime: .+)$/m.exec(snippet)!;
  const arrival = /^arrival:[^]*$/m.exec(snippet)?.[0] ?? 'arrival: { poisson: { rate: 100/s } }';
  const indented = arrival.trimEnd().replaceAll('\n', '\n      ');
  return `apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: imported }
spec:
  duration: 190s
  network: 0s
  dns: { enabled: false }
  proxy: { costs: none }
  workloads:
    - target: deployment/backend
      concurrency: 1000
      ${service}
  clients:
    - name: web
      target: http://backend
      ports: none
      ${indented}
---
${MANIFESTS}`;
}

const quantile = (sorted: Float64Array, q: number): number =>
  sorted[Math.ceil(q * sorted.length) - 1]!;

/** The row of all windows of summary.csv, by column. */
function summaryRow(text: string): ReadonlyMap<string, number> {
  const [header, row] = text.split('\n').map((line) => line.split(','));
  return new Map(header!.map((name, i) => [name, Number(row![i])]));
}

describe('what is imported', () => {
  it.each([
    ['good.csv', 'fit', LOGNORMAL, []],
    ['two-kinds.csv', 'empirical', TWO_KINDS, []],
    ['good.csv', 'trace', LOGNORMAL, ['--arrival', 'trace', '--fit', 'none']],
  ])(
    'from %s goes into a scenario, whose latencies are those of the log (%s)',
    (file, name, truth, flags) => {
      const out = `out-${name}`;
      const { status, stdout, stderr } = importing(file, ...WITH_TIMES, '-o', out, ...flags);
      expect([status, stderr.split('\n')[0]]).toEqual([0, expect.stringMatching(/^Wrote /)]);
      const snippet = workspace.read(`${out}/snippet.yaml`);
      expect(stdout.endsWith(snippet)).toBe(true);
      expect(snippet.includes('empirical')).toBe(name !== 'fit');
      workspace.write({ [`${name}.yaml`]: scenarioOf(snippet) });
      const run = workspace.svcsim(['run', `${name}.yaml`, '-q', '-o', `results-${name}`]);
      expect([run.status, run.stderr]).toEqual([0, '']);
      const row = summaryRow(workspace.read(`results-${name}/summary.csv`));
      const sorted = sampleOf(truth).sort();
      // 19,000 requests: ten standard errors of a p50, some four of a p99 of these.
      expect(row.get('latency_ms_p50')! / quantile(sorted, 0.5)).toBeCloseTo(1, 1);
      expect(row.get('latency_ms_p90')! / quantile(sorted, 0.9)).toBeCloseTo(1, 1);
      expect(Math.abs(row.get('latency_ms_p99')! / quantile(sorted, 0.99) - 1)).toBeLessThan(0.12);
      // As many as the log has: 100 a second, and of a trace exactly those of its first 190 s.
      expect(row.get('requests')! / 19_000).toBeCloseTo(1, 1);
    },
  );

  it('is said in a sentence first, and says why a fit was not taken', () => {
    expect(importing('good.csv', '-o', 'said').stdout).toMatch(
      /^20,000 latencies from good\.csv follow a lognormal distribution with p50 [78]\.\d+ms and p99 \d+/,
    );
    expect(importing('two-kinds.csv', '-o', 'said').stdout).toMatch(
      /^20,000 latencies from two-kinds\.csv, taken as they are, because no family fits:/,
    );
    const { stdout } = importing('good.csv', ...WITH_TIMES, '-o', 'said');
    expect(stdout).toMatch(/They\s+scatter\s+as\s+a\s+Poisson\s+process\s+does/);
  });

  it('is the same, byte by byte, from a file, gzipped, and from standard input', () => {
    const text = workspace.read('good.csv');
    workspace.write({ 'good.csv.gz': gzipSync(text) });
    const [plain, packed] = ['good.csv', 'good.csv.gz'].map((file) =>
      importing(file, '-q', '-o', 'same').stdout.replace(/^#.*$/m, ''),
    );
    const piped = workspace.svcsim(['import', '-', '-q', '-o', 'same'], { input: text });
    expect(packed).toBe(plain);
    expect(piped.stdout.replace(/^#.*$/m, '')).toBe(plain);
    expect(plain).toContain('lognormal');
  });

  it('of several files is as of one', () => {
    const all = workspace.read('good.csv').split('\n');
    workspace.write({
      'first.csv': all.slice(0, 5001).join('\n'),
      'second.csv': [all[0], ...all.slice(5001)].join('\n'),
    });
    const whole = importing('good.csv', '-q', '-o', 'parts').stdout;
    const parts = importing('first.csv', 'second.csv', '-q', '-o', 'parts').stdout;
    expect(parts.replace(/^#.*$/m, '')).toBe(whole.replace(/^#.*$/m, ''));
  });

  it('replaces what an earlier import wrote, and nothing else', () => {
    workspace.write({ 'kept/notes.txt': 'mine', 'kept/snippet.yaml': 'old' });
    importing('good.csv', '-o', 'kept');
    expect(workspace.read('kept/notes.txt')).toBe('mine');
    expect(workspace.read('kept/snippet.yaml')).toContain('serviceTime');
    expect(readdirSync(`${workspace.folder}/kept`).toSorted()).toEqual([
      'notes.txt',
      'snippet.yaml',
    ]);
  });
});

describe('what cannot be imported', () => {
  const refused = (
    args: readonly string[],
    status: number,
    ...complaints: readonly string[]
  ): void => {
    workspace.write({ 'refused/snippet.yaml': 'old' });
    const found = importing(...args, '-o', 'refused');
    for (const complaint of complaints) expect(found.stderr).toContain(complaint);
    expect([found.status, found.stdout]).toEqual([status, '']);
    expect(found.stderr).not.toContain('    at ');
    expect([...workspace.tree('refused').entries()]).toEqual([['snippet.yaml', 'old']]);
  };

  it('has its broken lines named with their place, the first few and the total', () => {
    const rows = Array.from({ length: 100 }, (_, i) =>
      i % 10 === 3 ? 'x,oops' : `${i},${i + 1}.5`,
    );
    workspace.write({ 'broken.csv': `id,latency_ms\n${rows.join('\n')}\n` });
    refused(
      ['broken.csv'],
      3,
      'broken.csv:5: "oops" is not a time in ms (column latency_ms)\n       5 │ x,oops',
      '… and 5 more\n10 of 101 lines are broken. Mend them, or leave them out with --skip-broken.',
    );
    const { status, stdout } = importing('broken.csv', '--skip-broken', '-o', 'skipped');
    expect(status).toBe(0);
    expect(stdout).toContain('10 broken lines are left out.');
  });

  it('leaves no part of a trace behind', () => {
    workspace.write({ 'half.csv': `at_ms,latency_ms\n${'1,2\n'.repeat(50_000)}x,y\n` });
    refused(
      ['half.csv', ...WITH_TIMES, '--arrival', 'trace'],
      3,
      'half.csv:50002: "y" is not a time',
    );
  });

  it.each([
    [['missing.csv'], 3, ['cannot read missing.csv: no such file']],
    [['.'], 3, ['cannot read .: it is a directory']],
    [['empty.log'], 3, ['empty.log: it is empty']],
    [['combined.log'], 3, ['its lines have no times: let the server log them']],
    [['words.log'], 3, ['is of no format that is known: say --format']],
    [
      ['good.csv', '--format', 'cvs'],
      2,
      ['there is no format "cvs"; did you mean "csv"?', 'nginx'],
    ],
    [['good.csv', '--format', 'envoy'], 2, ['its lines have no times']],
    [['good.csv', '--unit', 'minutes'], 2, ['Allowed choices are ns, us, ms, s']],
    [['numbers.log'], 2, ['Say --unit ns, us, ms or s']],
    [
      ['good.csv', '--column', 'latency_m'],
      2,
      ['there is no column "latency_m"; did you mean "latency_ms"?'],
    ],
    [['two-kinds.csv', '--fit', 'gamma'], 3, ['no gamma distribution fits', '--fit auto takes']],
    [['few.csv', '--fit', 'gamma'], 3, ['2 latencies are too few to be fitted: it takes 100']],
    [['good.csv', '--arrival', 'steps'], 2, ['name its column with --time-column']],
    [
      ['good.csv', ...WITH_TIMES, '--arrival', 'daily'],
      2,
      ['needs a log that goes through all hours of a day'],
    ],
    [['cut.csv.gz'], 3, ['cannot read cut.csv.gz: its gzip data end too early']],
    [['spoilt.csv.gz'], 3, ['cannot read spoilt.csv.gz: its gzip data are damaged']],
    [
      ['good.csv', 'few.jsonl'],
      3,
      ['few.jsonl is jsonl: field latency_ms, in ms, and good.csv is csv'],
    ],
    [['good.csv', 'summary.json'], 3, ['it is a summary']],
    [['summary.json', '--fit', 'weibull'], 3, ['no Weibull distribution fits']],
  ])('%j', (args, status, complaints) => {
    const packed = gzipSync(workspace.read('good.csv'));
    const spoilt = Uint8Array.from(packed);
    spoilt.fill(0x55, 2000, 3000);
    workspace.write({
      'empty.log': '',
      'combined.log':
        '10.0.0.1 - - [01/Mar/2026:12:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl"\n',
      'words.log': 'once upon a time\nthere was no number\n',
      'numbers.log': '1\n2\n3\n',
      'few.csv': 'latency_ms\n1\n2\n',
      'few.jsonl': '{"latency_ms":1}\n',
      'cut.csv.gz': packed.subarray(0, packed.length - 2000),
      'spoilt.csv.gz': spoilt,
      'summary.json': JSON.stringify({
        metrics: {
          http_req_duration: { min: 1, med: 2, 'p(90)': 2.1, 'p(95)': 900, max: 1000 },
          http_reqs: { count: 5000, rate: 10 },
        },
      }),
    });
    refused(args, status, ...complaints);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChromeTrace } from '../../src/report/exports/chrome-trace.ts';
import { MANIFESTS, scenario, Workspace } from './svcsim.ts';

const workspace = new Workspace();

/** Rows of requests.csv: number, latency and outcome. */
interface Row {
  readonly replication: number;
  readonly request: number;
  readonly latencyMs: number;
}

let rows: readonly Row[];

beforeAll(() => {
  workspace.write({ 'small.yaml': scenario() });
  const { status } = workspace.svcsim(['run', 'small.yaml', '--export', 'requests', '-q']);
  expect(status).toBe(0);
  const [head, ...lines] = workspace.read('results/small/requests.csv').trim().split('\n');
  const columns = head!.split(',');
  rows = lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string): number => Number(cells[columns.indexOf(name)]);
    return {
      replication: cell('replication'),
      request: cell('request'),
      latencyMs: cell('latency_ms'),
    };
  });
});
afterAll(() => workspace.remove());

interface TraceJson {
  readonly requests: readonly {
    readonly request: number;
    readonly end: { readonly latencyNs: number };
    readonly events: readonly { readonly what: string }[];
  }[];
}

const json = (args: readonly string[]): TraceJson =>
  JSON.parse(
    workspace.svcsim(['trace', 'small.yaml', '-q', '--format', 'json', ...args]).stdout,
  ) as TraceJson;

describe('svcsim trace', () => {
  it.each([0, 1])(
    'has the numbers and latencies of requests.csv (replication %i)',
    (replication) => {
      const of = rows.filter((row) => row.replication === replication);
      const some = [of[0]!, of[Math.floor(of.length / 2)]!, of.at(-1)!];
      const { requests } = json([
        '--replication',
        String(replication),
        ...some.flatMap(({ request }) => ['--request', String(request)]),
      ]);
      expect(requests.map(({ request }) => request)).toEqual(some.map(({ request }) => request));
      for (const [i, { end }] of requests.entries()) {
        expect(end.latencyNs / 1e6).toBeCloseTo(some[i]!.latencyMs, 3);
      }
    },
  );

  it('finds the slowest of the measurement, the slowest first', () => {
    const { requests } = json(['--slowest', '5']);
    const slowest = rows
      .filter(({ replication }) => replication === 0)
      .sort((a, b) => b.latencyMs - a.latencyMs || a.request - b.request)
      .slice(0, 5);
    expect(requests.map(({ request }) => request)).toEqual(slowest.map(({ request }) => request));
  });

  it('counts calls neither among the slowest nor among what they are chosen from', () => {
    const extra = `  include: [database.yaml]\n`;
    const calls = 'workloads[0].calls=[{ target: service/database, name: database }]';
    workspace.write({
      'calls.yaml': scenario({ extra }),
      'database.yaml': MANIFESTS.replaceAll('backend', 'database'),
    });
    const args = ['trace', 'calls.yaml', '--slowest', '2', '--set', calls];
    const { status, stdout } = workspace.svcsim(args);
    expect(status).toBe(0);
    const of = rows.filter(({ replication }) => replication === 0).length.toLocaleString('en');
    expect(stdout.split('\n')[0]).toMatch(`the 2 slowest of ${of} measured requests`);
    expect(stdout.match(/^request /gm)).toHaveLength(4);
  });

  it('tells what happened, where, and what the latency was made of', () => {
    const { status, stdout, stderr } = workspace.svcsim(['trace', 'small.yaml', '--slowest', '1']);
    expect([status, stderr]).toEqual([0, '']);
    const of = rows.filter(({ replication }) => replication === 0).length.toLocaleString('en');
    expect(stdout.split('\n')[0]).toBe(
      `small  variant default · replication 0 · seed 42 · the slowest of ${of} measured requests`,
    );
    expect(stdout).toMatch(/^request \d+ of web \(.*\) {2}ok after \d/m);
    expect(stdout).toMatch(/node\/\S+ +\w+ picked backend-\d, endpoint \d of 3 \(/);
    expect(stdout).toMatch(/pod\/backend-\d +arrived behind \d+ in the queue/);
    expect(stdout).toMatch(/latency \d.* = .*queue \d.* \+ service \d/);
  });

  it('traces a variant as its plan has it, and says of the warm-up that it is one', () => {
    const { stdout } = workspace.svcsim([
      'trace',
      'small.yaml',
      '--request',
      '0',
      '--variant',
      'ipvs',
    ]);
    expect(stdout).toContain('due in the warm-up');
    expect(stdout).toMatch(/ipvs rr picked backend-\d, server \d of 3/);
  });

  it('writes what Perfetto opens, and only where it was asked to', () => {
    const { status, stderr } = workspace.svcsim([
      'trace',
      'small.yaml',
      '--slowest',
      '2',
      '--export',
      'perfetto=out/trace.json',
    ]);
    expect(status).toBe(0);
    expect(stderr).toContain('Wrote out/trace.json');
    const { traceEvents } = JSON.parse(workspace.read('out/trace.json')) as ChromeTrace;
    expect(traceEvents.filter(({ cat }) => cat === 'request')).toHaveLength(2);
  });

  it('refuses a folder in the place of a file before it simulates', () => {
    workspace.write({ 'traces/keep.txt': '' });
    const { status, stdout, stderr } = workspace.svcsim([
      'trace',
      'small.yaml',
      '--slowest',
      '1',
      '--export',
      'json=traces',
    ]);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain('cannot write traces: it is a folder, not a file');
  });

  it.each([
    [['--request', '99999999'], /no request 99,999,999 in this run: it has those from 0 to [\d,]+/],
    [['--request', '1', '--slowest', '1'], /not both/],
    [[], /which request\?/],
    [['--request', '1', '--variant', 'nft'], /no variant "nft": the file has iptables, ipvs/],
    [['--slowest', '0'], /a whole number of at least 1/i],
    [['--slowest', '1', '--export', 'csv=x'], /FMT is text, json, perfetto/],
  ])('refuses %j with 2', (args, message) => {
    const { status, stdout, stderr } = workspace.svcsim(['trace', 'small.yaml', ...args]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

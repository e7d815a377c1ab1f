import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario, Workspace } from './svcsim.ts';
import type { Outcome } from './svcsim.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());

const saved = (folder: string, args: readonly string[], command = 'run'): void => {
  const outcome = workspace.svcsim([command, 'small.yaml', '-o', folder, '-q', ...args]);
  expect(outcome.stderr).toBe('');
};
const compare = (...args: string[]): Outcome => workspace.svcsim(['compare', ...args]);

beforeAll(() => {
  workspace.write({ 'small.yaml': scenario({ replications: 4, duration: '5s' }) });
  saved('results/before', []);
  saved('results/again', []);
  saved('results/after', ['--set', 'proxy.mode=ipvs']);
  saved('results/other-seeds', ['--seed', '7', '--replications', '6']);
  saved('results/fewer', ['--replications', '2', '--set', 'proxy.mode=ipvs']);
  saved('results/one', ['--replications', '1', '--set', 'proxy.mode=ipvs']);
  saved('results/variants', [], 'compare');
});

describe('svcsim compare of saved results says which kind of comparison it is', () => {
  it('exact: the same plan and seeds give the same, to the last bit', () => {
    const { status, stdout, stderr } = compare('results/before', 'results/again');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /again is identical to before: \d+ metrics and the fingerprints of 4 replications/,
    );
    expect(stdout).toContain('Exact (same plan, seeds and model version');
    expect(stdout).toMatch(/latency\.p99 +\S+ ± \S+ +\S+ ± \S+ +=\n/);
  });

  it('exact: says where runs part, though they should not', () => {
    const result = JSON.parse(workspace.read('results/again/result.json'));
    const run = result.variants[0].runs[2];
    run.metrics['latency.p99'] *= 2;
    run.fingerprint.result = 'ffff';
    workspace.write({ 'doctored.json': JSON.stringify(result) });
    const { stdout } = compare('results/before', 'doctored.json');
    const sentence = stdout.replaceAll(/\n {2}/g, ' ');
    expect(sentence).toMatch(
      /doctored is not before, though plan, seeds and model version are the same: changed 1 of \d+ metrics, first in replication 2: latency\.p99 \S+ instead of \S+ \(replication 2\)/,
    );
  });

  it('paired: the same seeds and another plan give the figures of comparing variants', () => {
    const { stdout } = compare('results/before', 'results/after', '--format', 'json');
    const found = JSON.parse(stdout);
    expect(found.variants[1]).toMatchObject({ variant: 'after', kind: 'paired', pairs: 4 });
    const whole = JSON.parse(workspace.read('results/variants/result.json')).comparison;
    for (const [at, { metric, variants }] of whole.metrics.entries()) {
      const { variant, ...figures } = variants[1];
      expect(variant).toBe('ipvs');
      expect(found.metrics[at].metric).toBe(metric);
      expect(found.metrics[at].variants[1]).toMatchObject(figures);
    }
  });

  it('paired: on the seeds that both have, and says so', () => {
    const { stdout } = compare('results/before', 'results/fewer');
    expect(stdout.replaceAll('\n', ' ')).toContain('2 replications that both have (of up to 4)');
  });

  it('one replication has no interval, and is called no proof', () => {
    const { stdout } = compare('results/one', 'results/before', '--format', 'json');
    expect(JSON.parse(stdout).variants[1]).toMatchObject({ kind: 'paired', pairs: 1 });
    expect(compare('results/one', 'results/before').stdout).toContain('any of this may be chance');
  });

  it('independent: other seeds', () => {
    const { stdout } = compare('results/before', 'results/other-seeds');
    const text = stdout.replaceAll('\n', ' ');
    expect(text).toContain('Independent (no seed in common), 6 against 4 replications');
    expect(text).toContain('Mann-Whitney tests');
    expect(text).toContain('medians over replications');
  });

  it('each in its own way where there are several', () => {
    const { stdout } = compare(
      'results/before',
      'results/again',
      'results/other-seeds',
      '--format',
      'json',
    );
    const { variants } = JSON.parse(stdout);
    expect(variants.map(({ kind }: { kind: string | null }) => kind)).toEqual([
      null,
      'exact',
      'independent',
    ]);
  });
});

describe('what is compared', () => {
  it('the variants of one result, and one variant of several', () => {
    expect(compare('results/variants').stdout).toContain('compare iptables · ipvs');
    expect(compare('results/variants', 'results/before').stdout).toContain(
      'compare iptables · ipvs · before',
    );
    expect(compare('results/variants', 'results/variants/result.json').stdout).toContain(
      'compare results/variants/iptables · results/variants/ipvs',
    );
    workspace.svcsim(['compare', 'small.yaml', '-o', 'results/seven', '-q', '--seed', '7']);
    const { stdout } = compare('results/variants', 'results/seven', '--variant', 'ipvs');
    expect(stdout).toContain('compare variants · seven');
    const none = compare('results/variants', 'results/seven', '--variant', 'ebpf');
    expect([none.status, none.stderr]).toEqual([
      2,
      'svcsim: results/variants has no variant ebpf; it has iptables, ipvs\n',
    ]);
  });

  it('is told by content: any name will do, and standard input', () => {
    workspace.write({ saved: workspace.read('results/after/result.json') });
    const input = workspace.read('results/before/result.json');
    const { status, stdout } = workspace.svcsim(['compare', '-', 'saved'], { input });
    expect(status).toBe(0);
    expect(stdout).toContain('compare - · saved');
    const scenarioInput = { input: scenario({ name: 'piped' }) };
    expect(workspace.svcsim(['compare', '-', '-q'], scenarioInput).stdout).toMatch(/^piped /);
  });

  it('other scenarios, lengths and interrupted studies are named', () => {
    workspace.write({ 'other.yaml': scenario({ name: 'other', replications: 4, duration: '3s' }) });
    workspace.svcsim(['run', 'other.yaml', '-q']);
    const result = JSON.parse(workspace.read('results/other/result.json'));
    workspace.write({
      'results/other/result.json': JSON.stringify({ ...result, partial: true, replications: 9 }),
    });
    const { stdout } = compare('results/before', 'results/other', '-q');
    expect(stdout).toContain('! other is partial: 4 of 9 replications.');
    expect(stdout).toContain('! other is of the scenario other, before of small.');
    expect(stdout).toContain(
      '! other measures 3s after 1s of warm-up, before 5s after 1s of warm-up.',
    );
  });
});

describe('what is written', () => {
  it('nothing by itself', () => {
    const before = workspace.tree('.');
    compare('results/before', 'results/after');
    expect([...workspace.tree('.').keys()]).toEqual([...before.keys()]);
  });

  it('JSON and CSV into a folder, or what is asked for', () => {
    const { stderr } = compare(
      'results/before',
      'results/after',
      '-o',
      'out',
      '--export',
      'markdown=note.md',
      '--export',
      'csv',
    );
    expect(stderr).toContain('Wrote note.md, out/comparison.csv');
    expect(workspace.read('note.md')).toContain('| latency.p99 |');
    const [head, ...rows] = workspace.read('out/comparison.csv').trimEnd().split('\n');
    expect(head).toMatch(/^metric,unit,variant,kind,runs,pairs,mean,half_width,/);
    expect(rows[1]).toMatch(/^latency\.mean,duration,after,paired,4,4,/);
    compare('results/before', 'results/after', '-o', 'both');
    expect([...workspace.tree('both').keys()]).toEqual(['comparison.csv', 'comparison.json']);
  });
});

describe('what cannot be compared is refused with its place and the mend', () => {
  const doctored = (change: (result: Record<string, unknown>) => void): string => {
    const result = JSON.parse(workspace.read('results/after/result.json'));
    change(result);
    return JSON.stringify(result);
  };

  it.each([
    [
      'cut.json',
      (text: string) => text.slice(0, 2000),
      /^svcsim: cut\.json:\d+:\d+: .*ends in the middle.*copy it again/,
    ],
    [
      'broken.json',
      (text: string) => text.replace('"variants":[\n{', '"variants":[\n{,'),
      /^svcsim: broken\.json:2:2: .*not JSON/,
    ],
    [
      'newer.json',
      () => doctored((result) => (result['schemaVersion'] = 99)),
      /its schemaVersion is 99.*Simulate it again/,
    ],
    [
      'odd.json',
      () => doctored((result) => delete result['variants']),
      /^svcsim: odd\.json: .*variants: .*Simulate it again/,
    ],
    [
      'model.json',
      () => doctored((result) => (result['modelVersion'] = 1)),
      /model\.json is of model version 1, results\/before of \d+: .*one version of svcsim/,
    ],
  ])('%s: exit 3', (name, textOf, complaint) => {
    workspace.write({ [name]: textOf(workspace.read('results/after/result.json')) });
    const { status, stdout, stderr } = compare('results/before', name);
    expect(stderr).toMatch(complaint);
    expect([status, stdout]).toEqual([3, '']);
  });

  it.each([
    [['results/before', 'small.yaml'], 2, 'not a saved result: small.yaml'],
    [['results/before', 'nowhere'], 3, 'cannot read nowhere: no such file'],
    [['results/before'], 2, 'holds one variant; name another result'],
    [['results', 'results/before'], 3, 'results holds no results'],
    [
      ['results/before', 'results/after', '--seed', '1'],
      2,
      '--seed: saved results are as they are',
    ],
    [['results/before', 'results/after', '--export', 'csv'], 2, 'say where to'],
    [
      ['results/before', 'results/after', '--export', 'requests=x.csv'],
      2,
      '--export requests takes a scenario',
    ],
  ])('%j: exit %i', (args, exit, complaint) => {
    const { status, stdout, stderr } = compare(...args);
    expect(stderr).toContain(complaint);
    expect([status, stdout]).toEqual([exit, '']);
  });
});

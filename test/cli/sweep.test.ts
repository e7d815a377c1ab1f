/**
 * `svcsim sweep` as a process: the same bytes whatever happened on the way. KILLS sets how often it is killed: a few times
 * unless told.
 */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { scenario, Workspace } from './svcsim.ts';
import type { Outcome } from './svcsim.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());

const SWEEP = `  sweep:
    parameters:
      load: { path: "clients[web].arrival.poisson.rate", values: [100/s, 150/s] }
      pods: { path: "deployment/backend:spec.replicas", values: 2..5 }
    constraint: pods * 100 > load && !(load == 150 && pods == 5)
    goal: min:pods
`;
/** Fourteen runs, each a small part of a second long. */
const FILE = scenario({
  thresholds: ['latency.p99 < 130ms'],
  replications: 2,
  duration: '60s',
  extra: SWEEP,
});
const RUNS = 14;

const sweep = (...args: string[]): Outcome =>
  workspace.svcsim(['sweep', 'sweep.yaml', '--no-progress', '--exhaustive', ...args]);

let whole: ReadonlyMap<string, string>;
/** How long it took, on this machine: within this a kill meets it anywhere. */
let wholeMs = 0;
beforeAll(() => {
  workspace.write({ 'sweep.yaml': FILE });
  const from = performance.now();
  const { status, stderr } = sweep('-o', 'whole', '-j', '1');
  wholeMs = performance.now() - from;
  expect([status, stderr]).toEqual([0, '']);
  whole = workspace.tree('whole');
  expect([...whole.keys()].sort((a, b) => (a < b ? -1 : 1))).toEqual([
    'frontier.csv',
    'runs.jsonl',
    'sweep-runs.csv',
    'sweep.csv',
    'sweep.json',
  ]);
});

/** What a sweep says it found done, and left. */
const resumed = ({ stderr }: Outcome): number =>
  Number(/Resuming: (\d+) of 14 runs/.exec(stderr)?.[1]);

describe('the files of a sweep', () => {
  it('are the same bytes with one thread and with two', () => {
    expect(sweep('-o', 'two', '-j', '2').status).toBe(0);
    expect(workspace.tree('two')).toEqual(whole);
  });

  it('have a row a point, a run, and a setting of the other parameters', () => {
    const rows = (name: string): string[] => whole.get(name)!.trimEnd().split('\n');
    expect(rows('sweep.csv').map((row) => row.split(',').slice(0, 3).join(' '))).toEqual([
      'load pods replications',
      '100/s 2 2',
      '100/s 3 2',
      '100/s 4 2',
      '100/s 5 2',
      '150/s 2 2',
      '150/s 3 2',
      '150/s 4 2',
    ]);
    expect(rows('sweep-runs.csv')).toHaveLength(1 + RUNS);
    expect(rows('frontier.csv').map((row) => row.split(',').slice(0, 2).join(' '))).toEqual([
      'load min_pods',
      '100/s 2',
      '150/s 3',
    ]);
    expect(rows('runs.jsonl')).toHaveLength(1 + RUNS);
  });

  it('say of a point what svcsim run says of it', () => {
    const { stdout } = workspace.svcsim([
      'run',
      'sweep.yaml',
      '--set=clients[web].arrival.poisson.rate=150/s',
      '--set=deployment/backend:spec.replicas=4',
      '--format=json',
      '--no-progress',
    ]);
    const result = JSON.parse(stdout) as {
      variants: { planDigest: string; runs: { metrics: Record<string, number> }[] }[];
    };
    const { points } = JSON.parse(whole.get('sweep.json')!) as {
      points: { planDigest: string; metrics: Record<string, { mean: number }> }[];
    };
    const [variant] = result.variants;
    const point = points.at(-1)!;
    expect(point.planDigest).toBe(variant!.planDigest);
    const p99 = variant!.runs.map(({ metrics }) => metrics['latency.p99']!);
    expect(point.metrics['latency.p99']!.mean).toBeCloseTo((p99[0]! + p99[1]!) / 2, 6);
  });
});

describe('an interrupted sweep', () => {
  it('goes on where it was when it is killed, to the same bytes', async () => {
    const kills = Number(process.env['KILLS'] ?? 6);
    const random = RandomStream.open(20, 'kills');
    let partial = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const folder = `killed-${kill}`;
      const jobs = String(1 + (kill % 2));
      const args = [
        'sweep',
        'sweep.yaml',
        '--no-progress',
        '--exhaustive',
        '-o',
        folder,
        '-j',
        jobs,
      ];
      // Twice: what was resumed is killed as well.
      for (const extra of [[], ['--resume']]) {
        const child = workspace.start([...args, ...extra]);
        const ended = new Promise((resolve) => child.on('close', resolve));
        const timer = setTimeout(() => child.kill('SIGKILL'), 1.1 * wholeMs * random.next());
        await ended;
        clearTimeout(timer);
      }
      const outcome = sweep('-o', folder, '-j', jobs, '--resume');
      expect([outcome.status, kill]).toEqual([0, kill]);
      const done = resumed(outcome);
      if (done > 0 && done < RUNS) partial += 1;
      expect(workspace.tree(folder), `after kill ${kill}`).toEqual(whole);
    }
    // Moments that are spread over a sweep meet it in the middle, as a rule.
    expect(partial).toBeGreaterThan(0);
  }, 600_000);

  it('repeats no run that had ended, wherever its journal is torn', () => {
    const text = whole.get('runs.jsonl')!.replace('"finished":true', '"finished":false');
    const random = RandomStream.open(21, 'cuts');
    for (let cut = 0; cut < 4; cut += 1) {
      const folder = `torn-${cut}`;
      const length = Math.floor(text.length * random.next());
      workspace.write({
        [`${folder}/runs.jsonl`]: text.slice(0, length),
        [`${folder}/.sweep.csv.4242.tmp`]: 'what a process that was killed left',
      });
      const outcome = sweep('-o', folder, '--resume');
      const kept = text.slice(0, length).split('\n').length - 2;
      expect([outcome.status, resumed(outcome)]).toEqual([0, Math.max(0, kept)]);
      expect(workspace.tree(folder)).toEqual(whole);
    }
  });

  it('is not overwritten by chance, and refuses to go on as another', () => {
    const text = whole.get('runs.jsonl')!.replace('"finished":true', '"finished":false');
    workspace.write({ 'half/runs.jsonl': text.split('\n').slice(0, 5).join('\n') + '\n' });
    const before = workspace.tree('half');
    const refused = sweep('-o', 'half');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('half holds an interrupted sweep, 4 runs done');
    expect(refused.stderr).toContain('svcsim sweep sweep.yaml --exhaustive -o half --resume');
    expect(refused.stderr).toContain('svcsim sweep sweep.yaml --exhaustive -o half --restart');
    const other = sweep('-o', 'half', '--resume', '--seed', '7');
    expect(other.status).toBe(2);
    expect(other.stderr).toContain('runs of another sweep: seed 42 there, 7 now');
    const longer = sweep('-o', 'half', '--resume', '--set', 'duration=61s');
    expect(longer.stderr).toContain('the scenario has changed since');
    expect(workspace.tree('half')).toEqual(before);
    expect(sweep('-o', 'half', '--restart').status).toBe(0);
    expect(workspace.tree('half')).toEqual(whole);
  });

  it('that is finished runs nothing when it is resumed', () => {
    const outcome = sweep('-o', 'two', '--resume', '-j', '1');
    expect([outcome.status, resumed(outcome)]).toEqual([0, RUNS]);
    expect(workspace.tree('two')).toEqual(whole);
  });

  it('can be given more replications', () => {
    expect(sweep('-o', 'three', '--replications', '3').status).toBe(0);
    workspace.write({ 'more/runs.jsonl': whole.get('runs.jsonl')! });
    const outcome = sweep('-o', 'more', '--replications', '3', '--resume');
    expect(outcome.stderr).toContain('Resuming: 14 of 21 runs were done');
    expect(workspace.tree('more')).toEqual(workspace.tree('three'));
  });

  it('whose journal was changed by hand is refused', () => {
    workspace.write({
      'bad/runs.jsonl': whole.get('runs.jsonl')!.replace('"point":3', '"point":'),
    });
    const { status, stderr } = sweep('-o', 'bad', '--resume');
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /cannot read bad\/runs\.jsonl: line \d+ cannot be read; throw it away: /,
    );
  });

  it('says after Ctrl-C how to go on', async () => {
    const child = workspace.start([
      'sweep',
      'sweep.yaml',
      '--exhaustive',
      '-o',
      'stopped',
      '--replications',
      '500',
    ]);
    let stderr = '';
    child.stderr!.on('data', (data: Buffer) => {
      stderr += data.toString();
      // A point that is done is said in a line of its own.
      if (stderr.includes('done (1 of') && !stderr.includes('Interrupted')) child.kill('SIGINT');
    });
    const timer = setTimeout(() => child.kill('SIGINT'), 3000);
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    clearTimeout(timer);
    expect(status).toBe(130);
    expect(stderr).toMatch(/interrupted after [\d,]+ of 3,500 runs; they are kept in stopped\//);
    expect(stderr).toContain(
      'Go on: svcsim sweep sweep.yaml --exhaustive --replications 500 -o stopped --resume',
    );
    expect(workspace.tree('stopped').size).toBe(1);
  });
});

describe('a search for a goal', () => {
  // Half of the answers take all replications, the others are clear before.
  const GOAL_ARGS = ['sweep', 'goal.yaml', '--no-progress', '--replications', '10'];
  const search = (...args: string[]): Outcome => workspace.svcsim([...GOAL_ARGS, ...args]);
  beforeAll(() => workspace.write({ 'goal.yaml': FILE.replace('duration: 60s', 'duration: 20s') }));

  it('finds what the whole grid says, whatever is run at a time', () => {
    expect(search('-o', 'goal-1', '-j', '1').status).toBe(0);
    expect(search('-o', 'goal-2', '-j', '2').status).toBe(0);
    const found = workspace.tree('goal-1');
    expect(workspace.tree('goal-2')).toEqual(found);
    const all = search('-o', 'goal-all', '--exhaustive');
    expect(all.status).toBe(0);
    const best = (text: string): string[] =>
      text
        .trimEnd()
        .split('\n')
        .map((row) => row.split(',').slice(0, 2).join(' '));
    expect(best(found.get('frontier.csv')!)).toEqual(
      best(workspace.tree('goal-all').get('frontier.csv')!),
    );
    const { search: cost } = JSON.parse(found.get('sweep.json')!) as {
      search: { requestsShare: number; runs: number; runsOfGrid: number };
    };
    expect(cost.runsOfGrid).toBe(70);
    expect(found.get('runs.jsonl')!.trimEnd().split('\n')).toHaveLength(1 + cost.runs);
  });

  it('goes on where it was when it is killed, to the same bytes', async () => {
    const from = performance.now();
    expect(search('-o', 'goal-whole', '-j', '1').status).toBe(0);
    const wholeOf = performance.now() - from;
    const undisturbed = workspace.tree('goal-whole');
    const kills = Math.max(3, Number(process.env['KILLS'] ?? 0) / 5);
    const random = RandomStream.open(22, 'kills');
    for (let kill = 0; kill < kills; kill += 1) {
      const folder = `goal-killed-${kill}`;
      const jobs = String(1 + (kill % 2));
      const child = workspace.start([...GOAL_ARGS, '-o', folder, '-j', jobs]);
      const ended = new Promise((resolve) => child.on('close', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), 1.1 * wholeOf * random.next());
      await ended;
      clearTimeout(timer);
      expect(search('-o', folder, '-j', jobs, '--resume').status).toBe(0);
      expect(workspace.tree(folder), `after kill ${kill}`).toEqual(undisturbed);
    }
  }, 600_000);

  it('that is only listed says how many runs it does at most', () => {
    const { status, stdout, stderr } = search('--dry-run', '-o', 'goal-listed');
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1 + 70);
    expect(stderr).toContain('The search for min:pods does at most 50 runs of them');
  });
});

describe('the shards of a sweep', () => {
  it('make up the whole, to the byte', () => {
    for (const index of [1, 2, 3]) {
      const { status, stderr } = sweep('--shard', `${index}/3`, '-o', `shard-${index}`);
      expect(status).toBe(0);
      expect(stderr).toContain(`--merge shard-${index} …`);
    }
    const { status, stderr } = sweep('--merge', 'shard-3', 'shard-1', 'shard-2', '-o', 'merged');
    expect([status, stderr]).toEqual([0, '']);
    expect(workspace.tree('merged')).toEqual(whole);
  });

  it('that are missing, foreign or unfinished are named', () => {
    const missing = sweep('--merge', 'shard-1', 'shard-3', '-o', 'merged-2');
    expect([missing.status, missing.stderr]).toEqual([
      2,
      'svcsim: 5 of 14 runs are missing; not given: shard 2/3\n',
    ]);
    const none = sweep('--merge', 'shard-1', 'nowhere', '-o', 'merged-2');
    expect([none.status, none.stderr]).toEqual([2, 'svcsim: nowhere holds no runs of a sweep\n']);
    expect(sweep('--shard', '2/3', '-o', 'foreign', '-P', 'pods=3').status).toBe(0);
    const foreign = sweep('--merge', 'shard-1', 'foreign', '-o', 'merged-2');
    expect([foreign.status, foreign.stderr]).toEqual([
      2,
      'svcsim: foreign holds runs of another sweep: pods = 3 there, 2, 3, 4, 5 now\n',
    ]);
    const path = join(workspace.folder, 'shard-2/runs.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"finished":true', '"finished":false'));
    truncateSync(path, 4000);
    const torn = sweep('--merge', 'shard-1', 'shard-2', 'shard-3', '-o', 'merged-2');
    expect(torn.status).toBe(2);
    expect(torn.stderr).toContain('unfinished: shard-2 (--resume goes on with it)');
  });
});

describe('what a sweep says', () => {
  it('--dry-run lists the runs and does none', () => {
    const { status, stdout, stderr } = sweep('--dry-run', '-o', 'dry');
    expect(status).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1 + RUNS);
    expect(lines[0]!.split(/ +/).filter(Boolean)).toEqual([
      'run',
      'load',
      'pods',
      'replication',
      'seed',
    ]);
    expect(lines[1]).toMatch(/1 +100\/s +2 +0 +42$/);
    expect(stderr).toContain('14 runs of 7 points; nothing was simulated.');
    expect(() => workspace.tree('dry')).toThrow(/ENOENT/);
    const part = sweep('--dry-run', '--shard', '2/3', '--format', 'csv');
    expect(part.stdout.trimEnd().split('\n')).toHaveLength(1 + 5);
  });

  it('exits with 10 where no point meets every threshold', () => {
    const { status, stdout } = sweep('-o', 'none', '-P', 'load=190/s', '-P', 'pods=2');
    expect(status).toBe(10);
    expect(stdout).toContain('No pods from 2 to 2 meets every threshold.');
  });

  it('goes by flags alone as well', () => {
    workspace.write({ 'plain.yaml': scenario({ duration: '1s' }) });
    const { status, stdout } = workspace.svcsim([
      'sweep',
      'plain.yaml',
      '--no-progress',
      '--format=csv',
      '--parameter=proxy.mode=iptables,ipvs',
      '--parameter=deployment/backend:spec.replicas=2,4..6 step 2',
    ]);
    expect(status).toBe(0);
    const cells = stdout
      .trimEnd()
      .split('\n')
      .map((row) => row.split(',').slice(0, 2));
    expect(cells).toEqual([
      ['mode', 'replicas'],
      ...['iptables', 'ipvs'].flatMap((mode) => [2, 4, 6].map((count) => [mode, String(count)])),
    ]);
  });

  it.each([
    [['plain.yaml'], 2, 'plain.yaml has no sweep. Add spec.sweep.parameters'],
    [['sweep.yaml', '-P', 'podz=3'], 3, 'no parameter "podz"; did you mean "pods"?'],
    [['sweep.yaml', '-P', 'pods'], 2, 'Write name=values'],
    [['sweep.yaml', '--shard', '4/3'], 2, 'Write i/n'],
    [['sweep.yaml', '--goal', 'min:load:x'], 3, 'no parameter "load:x"'],
    [['sweep.yaml', '--shard', '1/2'], 2, 'a search for a goal has no parts'],
    [['warns.yaml', '-P', 'pods=2,3', '--goal', 'min:pods'], 2, 'has none that can fail'],
    [['sweep.yaml', '--resume', '--restart'], 2, 'exclude each other'],
    [['sweep.yaml', '--shard', '1/2', '--merge', 'a'], 2, 'cannot be used with'],
    [['sweep.yaml', '-P', 'pods=3,3.5'], 3, '(at load=100/s, pods=3.5)'],
  ])('%j is refused', (args, code, message) => {
    workspace.write({
      'plain.yaml': scenario({ duration: '1s' }),
      'warns.yaml': scenario({
        thresholds: ['{ expr: latency.p99 < 130ms, severity: Warn }'],
        extra: SWEEP,
      }),
    });
    const { status, stdout, stderr } = workspace.svcsim(['sweep', ...args, '-o', 'refused']);
    expect(stderr).toContain(message);
    expect([status, stdout]).toEqual([code, '']);
    expect(() => workspace.tree('refused')).toThrow(/ENOENT/);
  });
});

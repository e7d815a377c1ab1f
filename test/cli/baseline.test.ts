import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_VERSION } from '../../src/base/model-version.ts';
import { scenario, Workspace } from './svcsim.ts';
import type { Outcome } from './svcsim.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());

const SLOWER = ['--set', 'workloads[0].serviceTime.exponential.mean=12ms'];
const FASTER = ['--set', 'workloads[0].serviceTime.exponential.mean=8ms'];
const FILE = 'results/baselines/small.json';

/** One run at a time unless told: threads cost more than runs as short as these. */
const baseline = (command: 'save' | 'check', ...args: readonly string[]): Outcome =>
  workspace.svcsim(['baseline', command, '--jobs', '1', '--no-progress', ...args]);
const check = (...args: readonly string[]): Outcome => baseline('check', 'small.yaml', ...args);

let saved: Outcome;
beforeAll(() => {
  workspace.write({
    'small.yaml': scenario({ duration: '20s' }),
    'strict.yaml': scenario({ duration: '20s', thresholds: ['latency.p99 < 30ms'] }),
  });
  saved = baseline('save', 'small.yaml');
});

describe('svcsim baseline save', () => {
  it('runs ten replications of the scenario as it is, and writes one small file', () => {
    expect(saved.stderr).toBe('');
    expect(saved.status).toBe(0);
    expect(saved.stdout).toContain(
      `✓ SAVED  ${FILE}: 11 metrics over 10 replications from seed 42\n`,
    );
    expect(saved.stdout).toContain('Commit it, and check with: svcsim baseline check small.yaml\n');
    expect([...workspace.tree('results').keys()]).toEqual(['baselines/small.json']);
    const text = workspace.read(FILE);
    expect(text.length).toBeLessThan(6000);
    expect(text).not.toContain(workspace.folder);
  });

  it('gives the same bytes again, and says that nothing has changed', () => {
    const before = workspace.read(FILE);
    const { status, stdout } = baseline('save', 'small.yaml', '-j', '2');
    expect([status, workspace.read(FILE)]).toEqual([0, before]);
    expect(stdout).toContain('Nothing has changed.');
  });

  it('says what changes to the one that it replaces, old → new', () => {
    baseline('save', 'small.yaml', '--name', 'moved');
    const text = baseline('save', 'small.yaml', '--name', 'moved', ...SLOWER);
    expect(text.stdout).toMatch(/^ {2}plan: [0-9a-f]+ → [0-9a-f]+$/m);
    expect(text.stdout).toMatch(/^latency\.p99 .*ms.* → .*ms.* \+\d+\.\d%$/m);
    expect(text.stdout).not.toContain('throughput{');
    const page = baseline('save', 'small.yaml', '--name', 'moved', '--format', 'markdown');
    expect(page.stdout).toContain('## small: new baseline');
    expect(page.stdout).toMatch(/^\| latency\.p99 \| .* \| .* \| -\d+\.\d% \|$/m);
  });

  it('takes all variants, chosen metrics, a file and replications', () => {
    const { status, stdout } = baseline(
      'save',
      'small.yaml',
      '--variants',
      '--metric',
      'latency.p99',
      '--file',
      'kept/here.json',
      '--replications',
      '3',
    );
    expect(status).toBe(0);
    expect(stdout).toContain('2 metrics of iptables, ipvs over 3 replications from seed 42');
    const held = JSON.parse(workspace.read('kept/here.json')) as {
      chosen: string[];
      variants: { name: string; metrics: object }[];
    };
    expect(held.chosen).toEqual(['latency.p99']);
    expect(held.variants.map(({ name, metrics }) => [name, Object.keys(metrics)])).toEqual([
      ['iptables', ['latency.p99']],
      ['ipvs', ['latency.p99']],
    ]);
    const again = check('--file', 'kept/here.json');
    expect(again.stdout).toContain('✓ IDENTICAL  2 metrics of 2 variants');
    expect(again.status).toBe(0);
  });

  it.each([
    [['--replications', '1'], 'at least 2 replications'],
    [['--metric', 'latency.p98'], 'did you mean "latency.p90"?'],
    [['--metric', 'requests'], 'neither more nor less'],
    [['--metric', 'rollout.lost'], 'nothing was measured of rollout.lost'],
    [['--name', '../up'], 'A name has letters'],
    [['--name', 'a', '--file', 'b'], 'cannot be used with'],
  ])('refuses %j with 2, and leaves the file alone', (flags, complaint) => {
    const before = workspace.read(FILE);
    const { status, stderr } = baseline('save', 'small.yaml', ...flags);
    expect(stderr).toContain(complaint);
    expect([status, workspace.read(FILE)]).toEqual([2, before]);
  });
});

describe('svcsim baseline check', () => {
  it('0: identical with the same seeds', () => {
    const { status, stdout } = check();
    expect(stdout).toContain('✓ IDENTICAL  11 metrics, every run to the last bit');
    expect(stdout).toContain('Reproduce: svcsim baseline check small.yaml\n');
    expect(status).toBe(0);
  });

  it('0: no regression with other seeds', () => {
    const { status, stdout } = check('--seed', '7');
    expect(stdout).toContain('✓ PASSED  no regression in 11 metrics');
    expect(stdout).toContain('Other seeds, 10 replications against 10');
    expect(status).toBe(0);
  });

  it('0: what is better is said, and how to keep it', () => {
    const { status, stdout } = check(...FASTER);
    expect(stdout).toMatch(/better than the baseline/);
    expect(stdout).toContain('Save the baseline to keep what is better.');
    expect(stdout).toContain('--seed 42 --replications 10\n');
    expect(status).toBe(0);
  });

  it('11: a regression, as a sentence, a table, and the commands that follow', () => {
    const { status, stdout } = check(...SLOWER);
    expect(status).toBe(11);
    expect(stdout).toMatch(/^✗ REGRESSION {2}\d of 11 metrics$/m);
    expect(stdout).toMatch(
      /^ {2}latency\.\w+ is [\d.]+% \[[\d.]+%, [\d.]+%\] worse than the baseline: [\d.]+ms instead of [\d.]+ms\.$/m,
    );
    expect(stdout).toMatch(/^latency\.p99 .*\+\d+\.\d% {2}\(p[<=]0\.\d+\) {2}worse$/m);
    expect(stdout).toContain('Paired by seed (common random numbers), 10 replications');
    expect(stdout).toMatch(/^Reproduce: svcsim baseline check small\.yaml --set /m);
    expect(stdout).toMatch(/^Accept: {4}svcsim baseline save small\.yaml --set .* --seed 42 /m);
  });

  it('11 over 10, and 10 where thresholds alone fail', () => {
    const both = baseline('check', 'strict.yaml', ...SLOWER);
    expect(both.stdout).toMatch(/REGRESSION .*, 1 threshold failed$/m);
    expect(both.status).toBe(11);
    const alone = baseline('check', 'strict.yaml');
    expect(alone.stdout).toContain('✗ FAILED  no regression, 1 threshold failed');
    expect(alone.status).toBe(10);
  });

  it('12 before anything is run: no baseline', () => {
    const { status, stdout, stderr } = check('--name', 'nobody');
    expect(stderr).toContain(
      'there is no baseline results/baselines/nobody.json. Make it: svcsim baseline save small.yaml --name nobody',
    );
    expect([status, stdout]).toEqual([12, '']);
  });

  it.each([
    ['duration', ['--set', 'duration=21s'], '  duration: 20s → 21s'],
    [
      'load',
      ['--set', 'clients[0].arrival.poisson.rate=200/s'],
      '  client web, arrival: poisson 180/s → poisson 200/s',
    ],
  ])('12: another %s, with the field and the mend', (_what, flags, field) => {
    const { status, stdout, stderr } = check(...flags);
    expect(stderr).toContain(field);
    expect(stderr).toContain(`Save a new one: svcsim baseline save small.yaml ${flags[0]}`);
    expect([status, stdout]).toEqual([12, '']);
  });

  it('12: another model version, schema version or scenario', () => {
    const text = workspace.read(FILE);
    workspace.write({
      'old.json': text.replace(`"modelVersion": ${MODEL_VERSION}`, '"modelVersion": 1'),
      'schema.json': text.replace('"schemaVersion": 1', '"schemaVersion": 99'),
      'other.json': text.replace('"scenario": "small"', '"scenario": "other"'),
    });
    const outcomes = ['old', 'schema', 'other'].map((name) => check('--file', `${name}.json`));
    expect(outcomes.map(({ status }) => status)).toEqual([12, 12, 12]);
    expect(outcomes[0]!.stderr).toContain(`model version: 1 → ${MODEL_VERSION}`);
    expect(outcomes[1]!.stderr).toContain('its schema version is 99; this svcsim reads 1');
    expect(outcomes[2]!.stderr).toContain('scenario: other → small');
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, 200), 'not JSON'],
    ['foreign', () => '{"name":"x"}', 'not a baseline of svcsim'],
    ['in conflict', (text: string) => `<<<<<<< ours\n${text}`, 'not JSON'],
  ])('3: a baseline that is %s', (_what, spoil, complaint) => {
    workspace.write({ 'broken.json': spoil(workspace.read(FILE)) });
    const { status, stderr } = check('--file', 'broken.json');
    expect(stderr).toContain('the baseline broken.json is broken');
    expect(stderr).toContain(complaint);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(3);
  });

  it('3: an invalid scenario', () => {
    workspace.write({ 'wrong.yaml': scenario().replace('duration: 10s', 'duration: 10sec') });
    expect(baseline('check', 'wrong.yaml').status).toBe(3);
  });

  it.each([
    [['--tolerance', 'much'], '--tolerance is a ratio'],
    [['--floor', '1'], '--floor is a duration'],
    [['--alpha', '2'], '--alpha is a ratio'],
    [['--metric', 'latency.p98'], 'did you mean'],
    [['--metric', 'balance.jain'], 'the baseline does not hold balance.jain'],
    [['--replications', '2', '--seed', '7'], 'no regression could be found, however large'],
    [['--export', 'pdf'], 'Allowed formats are json, markdown, junit, github'],
  ])('2: %j', (flags, complaint) => {
    const { status, stderr } = check(...flags);
    expect(stderr).toContain(complaint);
    expect(status).toBe(2);
  });

  it('judges the metrics that are asked for, by the tolerance that is given', () => {
    const { status, stdout } = check(...SLOWER, '--metric', 'throughput', '--tolerance', '5%');
    expect(stdout).toContain('✓ PASSED  no regression in 1 metric');
    expect(stdout.replace(/\n */g, ' ')).toContain('Tolerated are changes up to 5%');
    expect(stdout).toContain('--metric throughput --tolerance 5%');
    expect(status).toBe(0);
    expect(check(...SLOWER, '--tolerance', '1000%').status).toBe(0);
  });

  it('--quiet names the scenario and the thresholds that failed', () => {
    workspace.write({
      'two.yaml': scenario({
        duration: '20s',
        thresholds: ['latency.p99 < 1us', 'latency.p99 < 1h'],
      }),
    });
    const { status, stdout } = baseline('check', 'two.yaml', '--file', FILE, '-q');
    expect(stdout).toMatch(/^small {2}baseline /);
    expect(stdout).toMatch(/✗ +latency\.p99 < 1us/);
    expect(stdout).not.toContain('latency.p99 < 1h');
    expect(status).toBe(10);
  });

  it('says the same of a baseline before and after it was written', () => {
    const { stdout } = baseline('save', 'small.yaml', '--file', 'fresh.json');
    const shown = workspace.svcsim(['baseline', 'show', 'fresh.json']).stdout.trim();
    expect(shown).toContain('means ± half the 95% interval');
    expect(stdout).toContain(shown);
  });

  it('11 where a metric is missing; --lenient lets it pass, and says so', () => {
    const text = workspace.read(FILE);
    workspace.write({
      'more.json': text.replace(
        '"latency.p99":',
        '"networkProgramming.p99": [1,2,3,4,5,6,7,8,9,10],\n        "latency.p99":',
      ),
    });
    const strict = check('--file', 'more.json');
    expect(strict.stdout).toContain('✗ FAILED  1 of 12 metrics missing');
    expect(strict.stdout).toContain('networkProgramming.p99 is missing: nothing was measured');
    expect(strict.status).toBe(11);
    const lenient = check('--file', 'more.json', '--lenient');
    expect(lenient.stdout.replace(/\n */g, ' ')).toContain('Let pass by --lenient.');
    expect(lenient.stdout).not.toContain('the model has changed');
    expect(lenient.status).toBe(0);
  });

  it('reports what is new without failing', () => {
    const text = workspace.read(FILE);
    workspace.write({ 'less.json': text.replace(/ *"latency\.p95": .*\n/, '') });
    const { status, stdout } = check('--file', 'less.json', ...FASTER);
    expect(stdout).toMatch(/latency\.p95 is new: [\d.]+ms, and the baseline does not have it\./);
    expect(status).toBe(0);
  });

  it('130: an interrupted check compares nothing, an interrupted save writes nothing', async () => {
    workspace.write({ 'endless.yaml': scenario({ name: 'small', duration: '1000h' }) });
    const text = workspace.read(FILE);
    workspace.write({ 'endless.json': text.replace('"duration": "20s"', '"duration": "1000h"') });
    const interrupted = (args: readonly string[]): Promise<Outcome> =>
      new Promise((resolve) => {
        const child = workspace.start(args);
        let stdout = '';
        let stderr = '';
        child.stdout!.on('data', (data: Buffer) => (stdout += data.toString()));
        child.stderr!.on('data', (data: Buffer) => (stderr += data.toString()));
        const timers = [
          setTimeout(() => child.kill('SIGINT'), 3000),
          setTimeout(() => child.kill('SIGKILL'), 45_000),
        ];
        child.on('close', (status) => {
          timers.forEach(clearTimeout);
          resolve({ status, stdout, stderr });
        });
      });
    const [checked, written] = await Promise.all([
      interrupted(['baseline', 'check', 'endless.yaml', '--file', 'endless.json', '-q']),
      interrupted(['baseline', 'save', 'endless.yaml', '--file', 'never.json', '-q']),
    ]);
    expect(checked!.stderr).toContain('interrupted; nothing was compared');
    expect([checked!.status, checked!.stdout]).toEqual([130, '']);
    expect(written!.stderr).toContain('interrupted; no baseline was written');
    expect(written!.status).toBe(130);
    expect(() => workspace.read('never.json')).toThrow();
  });
});

describe('what a check gives to others', () => {
  it('files: JSON, Markdown, JUnit, annotations', () => {
    const exports = ['json=a.json', 'markdown=a.md', 'junit=a.xml', 'github', 'junit'];
    const { status } = check(...SLOWER, ...exports.flatMap((one) => ['--export', one]));
    expect(status).toBe(11);
    expect(JSON.parse(workspace.read('a.json'))).toMatchObject({
      scenario: 'small',
      verdict: 'regression',
      variants: [
        { variant: 'default', kind: 'paired', planChanged: true, replications: { pairs: 10 } },
      ],
    });
    expect(workspace.read('a.md')).toMatch(/^\| latency\.p99 \| .*\| ↑ worse \|$/m);
    expect(workspace.read('a.md')).toContain('**✗ REGRESSION');
    expect(workspace.read('a.xml')).toMatch(/<testsuites name="small" tests="12" failures="\d"/);
    expect(workspace.read('results/small/baseline.junit.xml')).toBe(workspace.read('a.xml'));
    expect(workspace.read('results/small/baseline.github.txt')).toMatch(
      /^::error file=results\/baselines\/small\.json,title=small default baseline%3A latency/,
    );
  });

  it.each(['json', 'markdown', 'junit', 'github'])('the same on standard output: %s', (format) => {
    const { status, stdout } = check(...SLOWER, '--format', format);
    expect(status).toBe(11);
    expect(stdout).toContain('latency.p99');
  });

  it('a report for servers, too, where nothing could be compared', () => {
    const { status, stdout } = check(
      '--set',
      'duration=21s',
      '--format',
      'github',
      '--export',
      'junit=none.xml',
    );
    expect(status).toBe(12);
    expect(stdout).toContain(
      '::error file=results/baselines/small.json,title=small baseline%3A comparable::',
    );
    expect(workspace.read('none.xml')).toContain('<failure message="the baseline');
  });
});

describe('svcsim baseline show', () => {
  it('lists what there is, and shows what one of them holds', () => {
    const list = workspace.svcsim(['baseline', 'show']);
    expect(list.stdout).toMatch(/^small +small +11 metrics over 10 replications from seed 42$/m);
    expect(list.status).toBe(0);
    const one = workspace.svcsim(['baseline', 'show', 'small']);
    expect(one.stdout).toContain('client web, arrival: poisson 180/s');
    expect(one.stdout).toMatch(/^latency\.p99 +[\d.]+ms ± /m);
    expect(workspace.svcsim(['baseline', 'show', FILE]).stdout).toBe(one.stdout);
    // A folder of the same name, as that of the Service's manifests may be.
    workspace.write({ 'small/service.yaml': '' });
    expect(workspace.svcsim(['baseline', 'show', 'small']).stdout).toBe(one.stdout);
  });

  it('12 for one that is not there, 3 for one that is broken', () => {
    expect(workspace.svcsim(['baseline', 'show', 'nobody']).status).toBe(12);
    workspace.write({ 'results/baselines/broken.json': '{' });
    const { status, stdout, stderr } = workspace.svcsim(['baseline', 'show']);
    expect(stderr).toContain('broken.json is broken');
    expect(stdout).toContain('small');
    expect(status).toBe(3);
  });
});

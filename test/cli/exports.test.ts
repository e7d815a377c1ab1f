/** `--export`: files for other tools, of runs and of saved results. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND, scenario, Workspace } from './svcsim.ts';

const workspace = new Workspace();

const SWEEP = [
  'sweep',
  'enough.yaml',
  '-o',
  'swept',
  '-P',
  'deployment/backend:spec.replicas=3,4',
] as const;

beforeAll(() => {
  workspace.write({
    'small.yaml': scenario({ thresholds: ['latency.p99 < 1s', 'latency.p50 < 1us'] }),
    'enough.yaml': scenario({ name: 'enough' }),
    'again.yaml': scenario({ name: 'again', thresholds: ['latency.p99 < 1h'] }).replace(
      '{ exponential: { mean: 10ms } }',
      '{ hgrm: { file: exports/latency-ipvs.hgrm } }',
    ),
  });
});
afterAll(() => workspace.remove());

describe('svcsim compare --export', () => {
  it('writes thresholds, metrics and latencies, and lists them', () => {
    const { status, stdout } = workspace.svcsim([
      'compare',
      'small.yaml',
      '-o',
      'exports',
      ...['junit', 'github', 'prometheus', 'hgrm'].flatMap((format) => ['--export', format]),
      '--export',
      'hgrm=elsewhere/a.b.hgrm',
    ]);
    expect(status).toBe(10);
    for (const name of [
      'thresholds.junit.xml',
      'thresholds.github.txt',
      'metrics.prom',
      'latency-iptables.hgrm',
      'latency-ipvs.hgrm',
    ]) {
      // Names are wrapped where lines end, never within.
      expect(stdout).toContain(name);
    }
    expect(workspace.read('exports/thresholds.junit.xml')).toMatch(
      /^<\?xml [^]*<testsuites name="small" tests="4" failures="2" errors="0">/,
    );
    const annotations = workspace.read('exports/thresholds.github.txt').trimEnd().split('\n');
    expect(annotations).toHaveLength(2);
    expect(annotations[0]).toMatch(
      /^::error file=small\.yaml,title=small iptables thresholds%3A latency\.p50 < 1us::[\d.]+ms .*%0AReproduce: svcsim compare small\.yaml --seed 42$/,
    );
    expect(workspace.read('exports/metrics.prom')).toContain(
      'svcsim_latency_seconds{scenario="small",variant="ipvs",window="all",quantile="0.99"} ',
    );
    expect(workspace.read('elsewhere/a.b-ipvs.hgrm')).toBe(
      workspace.read('exports/latency-ipvs.hgrm'),
    );
  });

  it('writes percentile distributions that a scenario reads', () => {
    expect(workspace.read('again.yaml')).toContain('latency-ipvs.hgrm');
    expect(workspace.svcsim(['run', 'again.yaml', '-q']).status).toBe(0);
  });

  it('annotates on standard output', () => {
    // A pipe, as a CI server has it: that of spawnSync is a socket, which nobody can open.
    const stdout = execFileSync(
      'sh',
      ['-c', `"$0" "$1" run small.yaml -q -o annotated --export github=/dev/stdout | cat`].concat(
        process.execPath,
        COMMAND,
      ),
      { cwd: workspace.folder, encoding: 'utf8' },
    );
    expect(stdout).toMatch(/^::error file=small\.yaml,title=/);
  });

  it('of saved results writes metrics, and judges no thresholds', () => {
    const { status } = workspace.svcsim([
      'compare',
      'exports',
      '--export',
      'prometheus=saved.prom',
      '-q',
    ]);
    expect(status).toBe(0);
    const saved = workspace.read('saved.prom');
    const own = (text: string): readonly string[] =>
      text.split('\n').filter((line) => line.startsWith('svcsim_latency_seconds{'));
    expect(own(saved)).toEqual(own(workspace.read('exports/metrics.prom')));
    expect(saved).not.toContain('svcsim_threshold_holds');
  });

  it('of a sweep writes one check, and the figures of its points', () => {
    const { status, stdout } = workspace.svcsim([
      ...SWEEP,
      '--export',
      'junit',
      '--export',
      'prometheus=points.prom',
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('sweep.junit.xml');
    expect(workspace.read('swept/sweep.junit.xml')).toContain('tests="1" failures="0"');
    expect(workspace.read('points.prom')).toContain('variant="replicas=4"');
  });

  it('refuses what the command does not write, before anything is run', () => {
    const refused = (...args: readonly string[]): readonly [number | null, string] => {
      const { status, stdout, stderr } = workspace.svcsim([...args, '-o', 'refused']);
      expect(stdout).toBe('');
      return [status, stderr.split('\n')[0]!];
    };
    mkdirSync(join(workspace.folder, 'folder-ipvs.hgrm'));
    const [usage, write] = [2, 3];
    for (const [args, code, complaint] of [
      [['run', 'small.yaml', '--export', 'pdf'], usage, 'Allowed formats are connections,'],
      [['run', 'small.yaml', '--export', 'html'], usage, 'Export html is not'],
      [['run', 'small.yaml', '--export', 'perfetto'], usage, 'svcsim trace'],
      [['run', 'small.yaml', '--export', 'junit='], usage, 'The name of the file is missing'],
      [['compare', 'exports', '--export', 'junit=a.xml'], usage, 'takes a scenario'],
      [['baseline', 'check', 'small.yaml', '--export', 'hgrm'], usage, 'does not write hgrm'],
      [[...SWEEP, '--export', 'hgrm'], usage, 'does not write hgrm'],
      [[...SWEEP, '--export', 'junit', '--shard', '1/2'], usage, 'cannot be used with'],
      [['compare', 'gone', 'exports'], write, 'cannot read gone: no such file'],
      [['compare', 'small.yaml', '--export', 'hgrm=folder.hgrm'], write, 'it is a folder'],
    ] as const) {
      const [status, said] = refused(...args);
      expect(said).toContain(complaint);
      expect(status).toBe(code);
    }
  });
});

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND, scenario, Workspace } from './svcsim.ts';

const workspace = new Workspace();
const { folder } = workspace;

beforeAll(() => {
  workspace.write({
    'small.yaml': scenario(),
    'other.yaml': scenario({ name: 'other' }),
    'strict.yaml': scenario({ name: 'strict', thresholds: ['latency.p99 < 1us'] }),
    'warns.yaml': scenario({
      name: 'warns',
      thresholds: ['{ expr: latency.p99 < 1us, severity: Warn }'],
    }),
  });
});
afterAll(() => workspace.remove());

const FILES = [
  'balance.csv',
  'breakdown.csv',
  'errors.csv',
  'failures.csv',
  'pods.csv',
  'result.json',
  'rollouts.csv',
  'stale.csv',
  'summary.csv',
  'timeline.csv',
];

describe('svcsim run', () => {
  it('prints the verdict first, writes the files, and ends with 0', () => {
    const { status, stdout } = workspace.svcsim(['run', 'small.yaml']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^small {2}iptables · 3 pods · 1 client pod · 180 req\/s · 10s/);
    expect(stdout).toContain('✓ PASSED  1 of 1 threshold');
    expect(stdout).toContain('Requests per pod of backend');
    expect(stdout).toContain('Wrote results/small/ (summary.csv, balance.csv');
    expect(stdout).toContain('Reproduce: svcsim run small.yaml --seed 42');
    expect([...workspace.tree('results/small').keys()]).toEqual(FILES);
  });

  it('ends with 10 when a threshold fails, and says by how much', () => {
    const { status, stdout } = workspace.svcsim(['run', 'strict.yaml']);
    expect(status).toBe(10);
    expect(stdout).toContain('✗ FAILED  1 of 1 threshold');
    expect(stdout).toMatch(/✗ {2}latency\.p99 < 1us +[\d.]+ms ± [\d.]+% {2}[\d,]+ × the limit/);
  });

  it('ends with 0 when a threshold that only warns fails', () => {
    const { status, stdout } = workspace.svcsim(['run', 'warns.yaml']);
    expect(status).toBe(0);
    expect(stdout).toContain('(warns only)');
  });

  it('counts a threshold that the replications leave undecided by its mean, and says what would decide', () => {
    const limited = (limit: number): ReturnType<Workspace['svcsim']> => {
      const thresholds = [`latency.mean < ${Math.round(limit)}ns`];
      workspace.write({ 'near.yaml': scenario({ name: 'near', thresholds }) });
      return workspace.svcsim(['run', 'near.yaml', '--replications', '4', '--format', 'json']);
    };
    interface Judged {
      readonly variants: readonly { readonly thresholds: readonly Record<string, number>[] }[];
    }
    const judged = ({ stdout }: { readonly stdout: string }): Record<string, unknown> =>
      (JSON.parse(stdout) as Judged).variants[0]!.thresholds[0]!;
    const far = judged(limited(1e9)) as Record<string, number>;
    expect(far).toMatchObject({ status: 'Passed', replications: 4 });
    const quarter = (far['high']! - far['low']!) / 8;
    const met = limited(far['value']! + quarter);
    expect(met.status).toBe(0);
    expect(judged(met)).toMatchObject({ status: 'Undecided', holds: true });
    const missed = limited(far['value']! - quarter);
    expect(missed.status).toBe(10);
    expect(judged(missed)).toMatchObject({ status: 'Undecided', holds: false });
    // The interval has to shrink by four, so that s ÷ √n alone takes 16 times as many; t is smaller then.
    expect(judged(missed)['replications_needed']).toBeGreaterThan(20);
    expect(judged(missed)['replications_needed']).toBeLessThan(64);
  });

  it('does all scenarios, each in its folder, and ends with the worst of their codes', () => {
    const args = ['run', 'strict.yaml', 'small.yaml', '-o', 'many', '--format', 'csv'];
    const { status, stdout } = workspace.svcsim(args);
    expect(status).toBe(10);
    expect([...workspace.tree('many').keys()]).toEqual(
      ['small', 'strict'].flatMap((name) => FILES.map((file) => `${name}/${file}`)),
    );
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('scenario,'))).toHaveLength(1);
    expect(lines).toHaveLength(1 + 2 * 2);
  });

  it('runs nothing when two scenarios would write to the same folder', () => {
    const { status, stderr } = workspace.svcsim([
      'run',
      'small.yaml',
      './small.yaml',
      '-o',
      'same',
    ]);
    expect(status).toBe(2);
    expect(stderr).toContain('would both write to same/small');
  });

  it('writes into a pipe instead of putting a file in its place', () => {
    const script = `mkfifo pipe && { cat pipe > received & } && "$0" "$@" && wait && test -p pipe`;
    const args = ['run', 'small.yaml', '-q', '-o', 'beside', '--export', 'json=pipe'];
    execFileSync('sh', ['-c', script, process.execPath, COMMAND, ...args], { cwd: folder });
    expect(workspace.read('received')).toBe(workspace.read('beside/result.json'));
  });

  it('reads standard input', () => {
    const { status, stdout } = workspace.svcsim(['run', '-', '-o', 'piped'], { input: scenario() });
    expect(status).toBe(0);
    expect(stdout).toContain('Reproduce: svcsim run - --seed 42');
    workspace.svcsim(['run', 'small.yaml', '-o', 'read']);
    expect(workspace.tree('piped')).toEqual(workspace.tree('read'));
  });

  it('changes the scenario by --set, --seed and --replications, and repeats them in the command', () => {
    const { stdout } = workspace.svcsim([
      'run',
      'small.yaml',
      '--set',
      'proxy.mode=ipvs',
      '--seed',
      '7',
      '--replications',
      '3',
    ]);
    expect(stdout).toMatch(/^small {2}ipvs · [^]* · 3 replications ·\s+seed 7$/m);
    expect(stdout).toContain(
      'Reproduce: svcsim run small.yaml --set proxy.mode=ipvs --seed 7 --replications 3',
    );
  });
});

describe('svcsim compare', () => {
  it('compares the variants of the scenario with the first', () => {
    const { status, stdout } = workspace.svcsim(['compare', 'small.yaml']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^small {2}compare iptables · ipvs/);
    expect(stdout).toMatch(/^ +iptables +ipvs$/m);
    expect(stdout).toContain('Paired by seed (common random numbers), 2 replications');
    const variants = workspace.read('results/small/summary.csv').split('\n').slice(1, -1);
    expect(variants.map((row) => row.split(',').slice(1, 4).join())).toEqual([
      'iptables,0,42',
      expect.stringMatching(/^iptables,1,\d+$/),
      'ipvs,0,42',
      expect.stringMatching(/^ipvs,1,\d+$/),
    ]);
  });

  it('compares the values of --vary', () => {
    const vary = 'proxy.mode=nftables,ipvs';
    const { status, stdout } = workspace.svcsim(['compare', 'small.yaml', '--vary', vary]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^small {2}compare \S*nftables · \S*ipvs/);
    expect(stdout).toContain(`--vary ${vary} --seed 42`);
  });

  it('refuses a scenario without variants, and says what to do', () => {
    workspace.write({ 'alone.yaml': scenario().replace(/ {2}variants:\n(.*\n){2}/, '') });
    const { status, stderr } = workspace.svcsim(['compare', 'alone.yaml']);
    expect(status).toBe(2);
    expect(stderr).toContain('--vary proxy.mode=iptables,ipvs');
  });
});

describe('equal input gives equal bytes', () => {
  const compare = (out: string, ...more: readonly string[]): ReadonlyMap<string, string> => {
    const args = ['compare', 'small.yaml', '-o', out, '--replications', '3'];
    expect(
      workspace.svcsim([...args, '--export', 'connections', '--export', 'requests', ...more])
        .status,
    ).toBe(0);
    return workspace.tree(out);
  };

  it('twice, with one thread and with two; and another seed gives others', () => {
    const once = compare('once', '-j', '1');
    expect(compare('again', '-j', '1')).toEqual(once);
    expect(compare('threads', '-j', '2')).toEqual(once);
    const seeded = compare('seeded', '--seed', '43');
    expect([...seeded.keys()]).toEqual([...once.keys()]);
    for (const [name, text] of seeded) {
      // Nothing fails in it, and no pod stops.
      const isEmpty = text.trimEnd().split('\n').length === 1;
      if (!isEmpty) expect(text, name).not.toBe(once.get(name));
    }
  });

  it('and a replication can be repeated alone by its seed', () => {
    const rows = compare('all').get('summary.csv')!.trimEnd().split('\n');
    const [, , , seed, ...figures] = rows[2]!.split(',');
    workspace.svcsim(['run', 'small.yaml', '-o', 'alone', '--seed', seed!, '--replications', '1']);
    const alone = workspace.tree('alone').get('summary.csv')!.trimEnd().split('\n');
    expect(alone[1]!.split(',').slice(4)).toEqual(figures);
  });

  it('holds neither a path, nor a temporary file', () => {
    for (const [name, text] of compare('clean')) {
      expect(name).not.toMatch(/tmp|^\./);
      expect(text).not.toContain(folder);
      expect(text).not.toContain('small.yaml');
    }
  });
});

describe('what standard output gets', () => {
  const output = (...args: readonly string[]): string => {
    const { status, stdout } = workspace.svcsim(['compare', 'small.yaml', ...args]);
    expect(status).toBe(0);
    return stdout;
  };

  it('--format csv: the rows of summary.csv', () => {
    expect(output('--format', 'csv')).toBe(workspace.read('results/small/summary.csv'));
  });

  it('--format json: result.json', () => {
    expect(output('--format', 'json')).toBe(workspace.read('results/small/result.json'));
  });

  it('--format markdown: the page that --export markdown writes', () => {
    const page = output('--format', 'markdown', '--export', 'markdown');
    expect(page).toMatch(/^## small\n/);
    expect(page).toBe(workspace.read('results/small/summary.md'));
  });

  it('-q: the verdict, and nothing on standard error', () => {
    const { stdout, stderr } = workspace.svcsim(['compare', 'small.yaml', '-q']);
    expect(stderr).toBe('');
    expect(stdout).toContain('PASSED');
    expect(stdout).not.toContain('Requests per pod');
  });

  it('has no control sequences in a pipe, colours with FORCE_COLOR, never with NO_COLOR', () => {
    const coloured = (env: Readonly<Record<string, string>>): boolean => {
      const { stdout, stderr } = workspace.svcsim(['run', 'small.yaml'], { env });
      return `${stdout}${stderr}`.includes('\u001B');
    };
    expect(coloured({})).toBe(false);
    expect(coloured({ FORCE_COLOR: '1' })).toBe(true);
    expect(coloured({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(coloured({ FORCE_COLOR: '0' })).toBe(false);
    expect(coloured({ CI: 'true' })).toBe(false);
  });

  it('keeps a log short: a line a variant on standard error, none with --no-progress', () => {
    const { stderr } = workspace.svcsim(['compare', 'small.yaml']);
    expect(stderr).toMatch(/small iptables: 2 of 2 replications done, [\d,]+ events\n/);
    expect(stderr).toMatch(/small ipvs: 2 of 2 replications done, [\d,]+ events\n/);
    const quiet = workspace.svcsim(['compare', 'small.yaml', '--no-progress']);
    expect(quiet.stderr).not.toContain('replications done');
  });
});

describe('--export', () => {
  it('writes a row a connection and a row a request', () => {
    const args = ['run', 'small.yaml', '-o', 'records', '--replications', '1'];
    workspace.svcsim([...args, '--export', 'connections', '--export', 'requests']);
    const files = workspace.tree('records');
    const [head, ...requests] = files.get('requests.csv')!.trimEnd().split('\n');
    expect(head).toMatch(/^scenario,variant,replication,request,.*,retry_ms$/);
    const summary = files.get('summary.csv')!.split('\n')[1]!.split(',');
    expect(requests).toHaveLength(Number(summary[6]));
    const [first] = requests;
    const cells = first!.split(',');
    const parts = cells.slice(11).reduce((sum, cell) => sum + Math.round(Number(cell) * 1e6), 0);
    expect(parts).toBe(Math.round(Number(cells[8]) * 1e6));
    const connections = files.get('connections.csv')!.trimEnd().split('\n').slice(1);
    expect(connections.map((row) => Number(row.split(',')[3]))).toEqual(
      connections.map((_, at) => at),
    );
  });

  it('writes to the file that it names', () => {
    const exports = ['csv=out/a.csv', 'json=out/a.json', 'markdown=out/a.md', 'requests=out/r.csv'];
    const args = ['run', 'small.yaml', ...exports.flatMap((one) => ['--export', one])];
    const { status, stdout } = workspace.svcsim(args);
    expect(status).toBe(0);
    expect(stdout).toContain('out/a.md');
    expect([...workspace.tree('out').keys()]).toEqual(['a.csv', 'a.json', 'a.md', 'r.csv']);
    expect(workspace.read('out/a.csv')).toBe(workspace.read('results/small/summary.csv'));
    expect(workspace.read('out/a.json')).toBe(workspace.read('results/small/result.json'));
  });

  it('refuses one file for several scenarios', () => {
    const args = ['run', 'small.yaml', 'other.yaml', '--export', 'json=one.json'];
    const { status, stderr } = workspace.svcsim(args);
    expect(status).toBe(2);
    expect(stderr).toContain('single scenario file');
  });
});

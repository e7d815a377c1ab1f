import { afterAll, describe, expect, it } from 'vitest';
import { parseSource, sourceFiles } from '../source-graph.ts';
import { scenario, Workspace } from './svcsim.ts';

const workspace = new Workspace();
workspace.write({ 'small.yaml': scenario({ duration: '1s' }) });
afterAll(() => workspace.remove());

describe('wrong usage ends with 2, and says what is right', () => {
  it.each([
    [['rnu', 'small.yaml'], 'Did you mean run?'],
    [['run', 'small.yaml', '--sed', '1'], '--seed'],
    [['run'], "missing required argument 'file'"],
    [['run', 'small.yaml', '--seed', 'x'], 'A seed is a whole number of at least 0'],
    [['run', 'small.yaml', '--seed', '-1'], 'A seed is a whole number of at least 0'],
    [['run', 'small.yaml', '--replications', '0'], 'whole number of at least 1'],
    [['run', 'small.yaml', '-j', '1.5'], 'The number of jobs is a whole number'],
    [['run', 'small.yaml', '--set', 'proxy.mode'], 'Write path=value'],
    [['run', 'small.yaml', '-o', ''], 'The name of the folder is empty'],
    [['import', 'small.log', '-o', ''], 'The name of the folder is empty'],
    [['run', 'small.yaml', '--format', 'yaml'], 'Allowed choices are text, json, csv, markdown'],
    [['run', 'small.yaml', '--export', 'xml'], 'Allowed formats are connections, requests'],
    [['run', 'small.yaml', '--export', 'json='], 'name of the file is missing'],
    [['compare', 'small.yaml', '--vary', 'proxy.mode'], 'Write path=a,b'],
    [['run', 'small.yaml', '--vary', 'proxy.mode=ipvs'], "unknown option '--vary'"],
    [['compare', 'small.yaml', '--vary', 'a=1,2', '--vary', 'b=1,2'], 'One field varies'],
    [['run', 'small.yaml', '--replications', '1000000000'], 'At most 1000000 replications'],
    [['compare', 'small.yaml', 'small.yaml'], 'compare takes one scenario file'],
    [['compare', 'small.yaml', '--variant', 'x'], '--variant picks from saved results'],
    [['run', 'small.yaml', '--until-precision', '200%'], 'for example 2% or latency.mean=1%'],
    [['run', 'small.yaml', '--until-precision', 'latency.p9=2%'], 'did you mean "latency.p90"?'],
    [['run', 'small.yaml', '--max-replications', '20'], 'goes with --until-precision'],
    [['validate'], "missing required argument 'file'"],
  ])('svcsim %j', (args, complaint) => {
    const { status, stdout, stderr } = workspace.svcsim(args);
    expect(stderr).toContain(complaint);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toContain('    at ');
  });

  it('without a command: the help, on standard error', () => {
    const { status, stdout, stderr } = workspace.svcsim([]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: svcsim');
  });
});

describe('what a later version will do is refused by name, with 2', () => {
  it.each([
    [['report', 'results/small', '--export', 'html']],
    [['run', 'small.yaml', '--export', 'html=report.html']],
  ])('svcsim %j', (args) => {
    const { status, stdout, stderr } = workspace.svcsim(args);
    expect(stderr).toContain('is not supported by this version yet');
    expect([status, stdout]).toEqual([2, '']);
  });
});

describe('help', () => {
  it.each([[[]], [['run']], [['compare']], [['validate']], [['schema']]])(
    'of %j is a result: standard output, 0',
    (command) => {
      const { status, stdout, stderr } = workspace.svcsim([...command, '--help']);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain('Usage: svcsim');
    },
  );

  it('names the exit codes', () => {
    expect(workspace.svcsim(['--help']).stdout).toContain('10 a threshold failed');
  });

  it('--version is the version of the package', () => {
    const { status, stdout } = workspace.svcsim(['--version']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('loads nothing but commander: everything else waits for an action', () => {
    const byPath = new Map(sourceFiles().map((source) => [source.path, source]));
    const packages = new Set<string>();
    const reached = new Set<string>();
    const pending = ['src/cli/main.ts', 'src/cli/launch/cli.ts'];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      // What import() names is loaded later.
      const eager = byPath.get(path)!.text.replace(/await import\('[^']*'\)/g, 'null');
      for (const { specifier, file, typeOnly } of parseSource(path, eager).imports) {
        if (typeOnly) continue;
        if (file === null) packages.add(specifier);
        else pending.push(file);
      }
    }
    expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual(['commander']);
    const others = [...reached].filter((path) => !path.startsWith('src/cli/')).toSorted();
    expect(others).toEqual([
      // The names of formats, and nothing else.
      'src/report/exports/formats.ts',
      'src/report/text/style.ts',
      'src/scenario/diagnostics/not-yet.ts',
      // The error of files that could not be read, which any command may end with.
      'src/scenario/text/source.ts',
      // Threads start before an action is loaded.
      'src/study/executors/worker-pool.ts',
    ]);
    expect([...reached].filter((path) => path.startsWith('src/cli/actions/'))).toEqual([]);
  });
});

describe('svcsim schema', () => {
  it('prints a JSON Schema', () => {
    const { status, stdout } = workspace.svcsim(['schema']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: expect.stringContaining('draft-07') });
  });
});

describe('svcsim validate', () => {
  it('says that a file is fine, without simulating', () => {
    const { status, stdout } = workspace.svcsim(['validate', 'small.yaml']);
    expect(status).toBe(0);
    expect(stdout).toBe('small.yaml: ok (small: 1 Service, 1 client, variants iptables, ipvs)\n');
  });

  it('judges a file with what flags change in it', () => {
    const set = workspace.svcsim(['validate', 'small.yaml', '--set', 'proxy.mode=ipvss']);
    expect(set.status).toBe(3);
    expect(set.stdout).toMatch(/^--set:1:12 +error .*did you mean "ipvs"/m);
    const vary = workspace.svcsim(['validate', 'small.yaml', '--vary', 'proxy.burst=1,2']);
    expect(vary.stdout).toMatch(/^small\.yaml:16:5 +warning +spec\.variants: /);
    expect(vary.stdout).toMatch(
      /\nsmall\.yaml: ok \(small: 1 Service, 1 client, variants burst=1, burst=2\)\n$/,
    );
  });

  it('shows what is wrong with each of several files, with 3', () => {
    workspace.write({ 'wrong.yaml': scenario().replace('duration: 10s', 'duration: 10sec') });
    const { status, stdout } = workspace.svcsim(['validate', 'wrong.yaml', 'small.yaml']);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^wrong\.yaml:8:13 +error /m);
    expect(stdout).toContain('small.yaml: ok');
  });

  it('--format json and github', () => {
    const json = workspace.svcsim(['validate', 'wrong.yaml', '--format', 'json']);
    expect(json.status).toBe(3);
    const { diagnostics } = JSON.parse(json.stdout) as { diagnostics: unknown[] };
    expect(diagnostics).toMatchObject([
      { severity: 'error', file: 'wrong.yaml', line: 8, column: 13 },
    ]);
    const github = workspace.svcsim(['validate', 'wrong.yaml', '--format', 'github']);
    expect(github.stdout).toMatch(/^::error file=wrong\.yaml,line=8,col=13/);
  });
});

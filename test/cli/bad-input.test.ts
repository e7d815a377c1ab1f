import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMAND, MANIFESTS, scenario, Workspace } from './svcsim.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());

const good = scenario({ duration: '1s', replications: 1 });

/** What a file holds, and what has to be said about it, with the place. */
const BAD: readonly (readonly [what: string, text: string | Uint8Array, complaint: RegExp])[] = [
  [
    'an unknown field',
    good.replace('  duration:', '  duraton:'),
    /^bad\.yaml:8:3 .*error .*unknown field "duraton".*did you mean .*"duration"/m,
  ],
  [
    'a wrong unit',
    good.replace('1s\n  workloads', '60sec\n  workloads'),
    /^bad\.yaml:8:13 .*error .*60sec/m,
  ],
  [
    'a number without a unit',
    good.replace('1s\n  workloads', '60\n  workloads'),
    /^bad\.yaml:8:13 .*error .*spec\.duration/m,
  ],
  [
    'a missing include',
    good.replace('  workloads', '  include: [nowhere.yaml]\n  workloads'),
    /^bad\.yaml:9:13 .*error .*cannot read nowhere\.yaml: no such file/m,
  ],
  ['YAML that is none', good.replace('spec:', 'spec: ]'), /^bad\.yaml:4:\d+ +error /m],
  ['an empty file', '', /^bad\.yaml:1:1 +error +the file is empty$/m],
  [
    'a file that is not text',
    new Uint8Array([0xff, 0xfe, 0x00, 0x80]),
    /^bad\.yaml:1:1 +error .*not UTF-8 text/m,
  ],
  ['a file without a Scenario', MANIFESTS, /^bad\.yaml:1:1 +error .*no document of kind Scenario/m],
  [
    'an alias bomb',
    `x-a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdefghij'
      .split('')
      .map(
        (letter, at) =>
          `x-${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[at]!}`).join()}]\n`,
      )
      .join('')}${good}`,
    /^bad\.yaml:\d+:\d+ +error .*alias/im,
  ],
  [
    'an unreadable trace',
    good.replace(
      '{ exponential: { mean: 10ms } }',
      '{ empirical: { file: trace.csv, column: ms, unit: ms } }',
    ),
    /^bad\.yaml:\d+:\d+ +error .*trace\.csv/m,
  ],
];

describe('a bad scenario ends with 3, a clear message and its place', () => {
  it.each(BAD)('%s', (_, text, complaint) => {
    workspace.write({ 'bad.yaml': text });
    const { status, stdout, stderr } = workspace.svcsim(['run', 'bad.yaml']);
    expect(stderr).toMatch(complaint);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stderr).toContain('Nothing was run');
    expect([status, stdout]).toEqual([3, '']);
  });

  it('a directory', () => {
    mkdirSync(join(workspace.folder, 'folder'));
    const { status, stderr } = workspace.svcsim(['run', 'folder']);
    expect(status).toBe(3);
    expect(stderr).toMatch(/^folder:1:1 +error +cannot read folder: it is a directory$/m);
  });

  it('100 MB of YAML, which is not even read', () => {
    const descriptor = openSync(join(workspace.folder, 'huge.yaml'), 'w');
    ftruncateSync(descriptor, 100_000_000);
    closeSync(descriptor);
    const { status, stderr } = workspace.svcsim(['run', 'huge.yaml']);
    expect(status).toBe(3);
    expect(stderr).toMatch(/^huge\.yaml:1:1 +error .*96 MiB.*32 MiB/m);
  });

  it('more standard input than a scenario may have', () => {
    const { status, stderr } = workspace.svcsim(['run', '-'], {
      input: ' '.repeat(33 * 1024 * 1024),
    });
    expect(status).toBe(3);
    expect(stderr).toContain('32 MiB');
  });

  it('all files are checked before any is run', () => {
    workspace.write({ 'bad.yaml': '', 'good.yaml': good });
    const { status, stdout } = workspace.svcsim(['run', 'good.yaml', 'bad.yaml', '-o', 'none']);
    expect([status, stdout]).toEqual([3, '']);
    expect(() => workspace.tree('none')).toThrow('ENOENT');
  });
});

/** A node holds most of many refusals back for a while. */
const ALL_ERRORS = ['--set', 'network.icmpRateLimit=none'];

describe('a selector that matches nothing', () => {
  it('is a warning: the Service runs without endpoints, and every request is refused', () => {
    workspace.write({
      'lonely.yaml': good
        .replace('selector: { app: backend }', 'selector: { app: nobody }')
        .replace('    - latency.p99 < 1s', '    - errors.refused == 100%'),
    });
    const { status, stdout, stderr } = workspace.svcsim(['run', 'lonely.yaml', ...ALL_ERRORS]);
    expect(stderr).toMatch(/^lonely\.yaml:\d+:\d+ +warning .*(backend|nobody)/m);
    expect(stdout).toContain('(refused ');
    expect(status).toBe(0);
  });
});

describe('a port without a target', () => {
  it('is a warning with a suggestion: nobody listens there, as in a cluster', () => {
    workspace.write({
      'port.yaml': good
        .replace('targetPort: 8080', 'targetPort: htpp')
        .replace('containerPort: 8080', 'name: http, containerPort: 8080')
        .replace('    - latency.p99 < 1s', '    - errors.refused == 100%'),
    });
    const { status, stderr } = workspace.svcsim(['run', 'port.yaml', ...ALL_ERRORS]);
    expect(stderr).toMatch(/^port\.yaml:\d+:\d+ +warning .*"htpp"; did you mean "http"\?/m);
    expect(status).toBe(0);
  });
});

describe('results that cannot be written end with 3 before anything is simulated', () => {
  /** So long that the test would notice if it were simulated first. */
  const endless = scenario({ duration: '1000h', replications: 1 });

  it.each([
    [
      'a file where the folder should be',
      'taken',
      /cannot write taken: it is a file, not a folder/,
    ],
    [
      'a file in its path',
      'taken/deeper',
      /cannot write taken\/deeper: a part of the path is a file/,
    ],
    ['a name that is too long', 'x'.repeat(300), /the name is too long/],
    // Not even root may write there.
    ['a folder that refuses', '/proc/svcsim', /cannot write \/proc\/svcsim: .*-o DIR/],
  ])('%s', (_, out, complaint) => {
    workspace.write({ taken: '', 'endless.yaml': endless });
    const { status, stdout, stderr } = workspace.svcsim(['run', 'endless.yaml', '-o', out]);
    expect(stderr).toMatch(complaint);
    expect(stderr).not.toMatch(/^ +at /m);
    expect([status, stdout]).toEqual([3, '']);
  });

  it('a folder where a file should be', () => {
    mkdirSync(join(workspace.folder, 'out/summary.csv'), { recursive: true });
    const { status, stderr } = workspace.svcsim(['run', 'endless.yaml', '-o', 'out']);
    expect(stderr).toContain('cannot write out/summary.csv: it is a folder, not a file');
    expect(status).toBe(3);
  });
});

/** A file system of 64 KiB at `path`; null where we may not mount one. */
function tinyDisk(path: string): (() => void) | null {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return () => {
    execFileSync('umount', [path], { stdio: 'ignore' });
  };
}

/** A device that is always full, where there is one. */
const FULL = '/dev/full';

describe('standard output that takes nothing', () => {
  it.skipIf(!existsSync(FULL))('ends with 3 and a sentence; files are written all the same', () => {
    workspace.write({ 'small.yaml': good });
    const full = openSync(FULL, 'w');
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, 'run', 'small.yaml'], {
      cwd: workspace.folder,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(stderr).toMatch(/^svcsim: cannot write to standard output: no space left on device$/m);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(3);
    expect(workspace.read('results/small/summary.csv')).toContain('small,default,0');
  });
});

describe('a value that is left out', () => {
  it.each([
    ['run', '--set', 'proxy.mode='],
    ['compare', '--vary', 'proxy.mode=ipvs,'],
    ['sweep', '-P', 'proxy.mode=,ipvs'],
  ])('%s %s %s is an error: no default takes its place', (command, flag, text) => {
    workspace.write({ 'small.yaml': good });
    const { status, stderr } = workspace.svcsim([command, 'small.yaml', flag, text]);
    expect(stderr).toContain('"proxy.mode=" has no value after "="');
    expect(status).toBe(3);
  });
});

describe('a full disk', () => {
  it('ends with 3, names the file, keeps what was whole and leaves no part of the rest', (context) => {
    const path = join(workspace.folder, 'disk');
    const unmount = tinyDisk(path);
    if (unmount === null) return context.skip('mounting a small file system needs privileges');
    try {
      workspace.write({ 'many.yaml': scenario({ duration: '60s', replications: 1 }) });
      const args = ['run', 'many.yaml', '-o', 'disk', '--export', 'requests'];
      const { status, stdout, stderr } = workspace.svcsim(args);
      expect(stderr).toContain(
        'cannot write disk/requests.csv: no space left on the device; make room',
      );
      expect([status, stdout]).toEqual([3, '']);
      expect([...workspace.tree('disk').keys()]).toEqual([
        'balance.csv',
        'breakdown.csv',
        'errors.csv',
        'failures.csv',
        'pods.csv',
        'rollouts.csv',
        'stale.csv',
        'summary.csv',
        'timeline.csv',
      ]);
    } finally {
      unmount();
    }
  });
});

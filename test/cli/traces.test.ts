/** Traces from the command line: every command takes them, no result tells where they were, and none outlives them half. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario, Workspace } from './svcsim.ts';

const workspace = new Workspace();

const ROWS = Array.from({ length: 900 }, (_, i) => `${i * 11 - 800},web,${i % 3 === 0 ? 5 : ''}`);
const TRACE = ['at_ms,client,service_time_ms', ...ROWS].join('\n');
const client = (arrival: string): string =>
  `{ name: web, target: "http://backend:80", arrival: ${arrival} }`;

beforeAll(() =>
  workspace.write({
    'replay.yaml': scenario({ client: client('{ trace: { file: traces/t.csv } }') }),
    'packed.yaml': scenario({ client: client('{ trace: { file: traces/t.csv.gz } }') }),
    'script.yaml': scenario({
      client: client('{ trace: { file: traces/script.csv } }'),
      replications: 1,
    }),
    'traces/t.csv': TRACE,
    'traces/t.csv.gz': gzipSync(TRACE),
    'traces/script.csv':
      'at_ms,action,connection,client_ip\n0,open,5,10.9.9.9\n7,close,5,\n8,open,6,\n',
    'traces/broken.csv': 'at_ms\n1\nx\n0\n',
  }),
);
afterAll(() => workspace.remove());

const files = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(workspace.tree(folder));

describe('a trace of requests', () => {
  it('gives the same bytes on one thread and on two, from a plain file and from a packed one', () => {
    for (const [folder, args] of [
      ['one', ['replay.yaml', '-j', '1']],
      ['two', ['replay.yaml', '-j', '2', '--check-determinism']],
      ['packed', ['packed.yaml', '-j', '2']],
    ] as const) {
      const run = workspace.svcsim(['compare', ...args, '-o', folder, '--export', 'requests']);
      expect([run.status, run.stderr.includes('a bug')]).toEqual([0, false]);
    }
    const one = files('one');
    expect(files('two')).toEqual(one);
    expect(files('packed')).toEqual(one);
    const requests = one['requests.csv']!.trim().split('\n');
    // 4 runs, without the rows of the warm-up.
    const measured = ROWS.filter((row) => !row.startsWith('-')).length;
    expect(requests).toHaveLength(1 + 4 * measured);
    for (const [name, text] of Object.entries(one)) expect(text, name).not.toContain('t.csv');
  });

  it('is told of by plan, and traced by trace', () => {
    const plan = workspace.svcsim(['plan', 'replay.yaml', '--no-pilot']);
    expect(plan.stdout).toMatch(/900 requests of traces\/t\.csv: .* on average/);
    const trace = workspace.svcsim(['trace', 'replay.yaml', '--request', '100']);
    expect(trace.status).toBe(0);
    expect(trace.stdout).toContain('request 100');
  });

  it('can be another in each variant and point', () => {
    const set = (path: string): string =>
      `clients[0].arrival.trace.${path === '' ? 'file=traces/t.csv,traces/t.csv.gz' : path}`;
    const same = workspace.svcsim(['compare', 'replay.yaml', '--vary', set('')]);
    expect(same.stdout).toMatch(/identical/);
    const sweep = workspace.svcsim(['sweep', 'replay.yaml', '-P', set('speed=1,2')]);
    expect(sweep.status).toBe(0);
    expect(sweep.stdout).toContain('speed');
  });

  it('is checked by validate, each broken row in its place', () => {
    const broken = [
      'validate',
      'replay.yaml',
      '--set',
      'clients[0].arrival.trace.file=traces/broken.csv',
    ];
    const { status, stderr, stdout } = workspace.svcsim(broken);
    expect(status).toBe(3);
    const said = `${stdout}${stderr}`;
    expect(said).toMatch(/^traces\/broken\.csv:3:1 +error +"x" is not a time in ms$/m);
    expect(said).toMatch(
      /^traces\/broken\.csv:4:1 +error +0 is before the row above it \(1 ms\)$/m,
    );
    expect(said).not.toMatch(/^ +at /m);
  });

  it.each([
    ['changes', "fs.appendFileSync('traces/t.csv', '1e6,web,\\n')", 'it was changed'],
    ['vanishes', "fs.rmSync('traces/t.csv', { force: true })", 'no such file'],
  ])(
    'that %s between loading and running ends with one message, and nothing written',
    (_, change, why) => {
      // Loading asks three times what the file is: once at first, and with each of two reads.
      const meddle = `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const { statSync } = fs;
let asked = 0;
fs.statSync = (path, ...rest) => {
  if (String(path).endsWith('t.csv') && ++asked === 4) ${change};
  return statSync(path, ...rest);
};
syncBuiltinESMExports();`;
      for (const jobs of ['1', '2']) {
        workspace.write({ 'meddle.mjs': meddle, 'traces/t.csv': TRACE });
        const env = { NODE_OPTIONS: '--import ./meddle.mjs' };
        const args = ['compare', 'replay.yaml', '-o', 'none', '--no-progress', '-j', jobs];
        const { status, stdout, stderr } = workspace.svcsim(args, { env });
        expect(stderr).toMatch(
          new RegExp(`^svcsim: cannot read the trace traces/t\\.csv: ${why}`, 'm'),
        );
        expect(stderr).not.toMatch(/^ +at /m);
        expect([status, stdout]).toEqual([3, '']);
        expect(files('none')).toEqual({});
      }
      workspace.write({ 'traces/t.csv': TRACE });
    },
  );
});

describe('a trace of connections', () => {
  it('comes out in connections.csv under its own numbers', () => {
    const args = ['run', 'script.yaml', '-o', 'script', '--export', 'connections'];
    const { status, stderr } = workspace.svcsim(args);
    expect(stderr).not.toContain('a bug');
    expect([0, 10]).toContain(status);
    const [head, ...rows] = workspace.read('script/connections.csv').trim().split('\n');
    expect(head!.split(',').slice(3, 6)).toEqual(['connection', 'client', 'client_ip']);
    expect(rows.map((row) => row.split(',').slice(3, 6).join(','))).toEqual([
      '5,web,10.9.9.9',
      expect.stringMatching(/^6,web,/),
    ]);
  });
});

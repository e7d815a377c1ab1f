import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMAND, scenario, Workspace } from './svcsim.ts';
import type { Outcome } from './svcsim.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());

/** A copy of the command, called `name`, whose worker is `source`. */
function commandWithWorker(name: string, source: string): string {
  const copy = join(workspace.folder, `copy-${name}`);
  const root = fileURLToPath(new URL('../../', import.meta.url));
  mkdirSync(copy);
  cpSync(dirname(COMMAND), join(copy, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'dist/worker.js'), source);
  return join(copy, 'dist/cli.js');
}

/** Starts the command, interrupts it as soon as `until` is true (looked at every few milliseconds), and waits for its end. */
async function interrupted(
  args: readonly string[],
  signals: { readonly until: () => boolean; readonly times: number; readonly command?: string },
): Promise<Outcome> {
  const child = workspace.start(args, signals.command);
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr!.on('data', (data: Buffer) => (stderr += data.toString()));
  let sent = 0;
  const timer = setInterval(() => {
    // The second one waits until the first has been heard.
    const heard = sent === 0 ? signals.until() : stderr.includes('Interrupted');
    if (!heard || sent >= signals.times) return;
    sent += 1;
    child.kill('SIGINT');
  }, 20);
  // Whatever happens, nothing is left running.
  const deadline = setTimeout(() => child.kill('SIGKILL'), 45_000);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  clearTimeout(deadline);
  return { status, stdout, stderr };
}

/** So long after the folder of the results was made, which is when Ctrl-C is listened to, however busy the machine. */
const after = (milliseconds: number, folder: string): (() => boolean) => {
  let from = Infinity;
  return () => {
    const isThere = existsSync(join(workspace.folder, folder));
    if (isThere) from = Math.min(from, performance.now());
    return performance.now() - from > milliseconds;
  };
};

describe('Ctrl-C', () => {
  it.each([['1'], ['2']])(
    'keeps what has finished, marked partial, with 130 (-j %s)',
    async (jobs) => {
      // Some replications are over soon after the start, all of them never, on a busy machine, too.
      workspace.write({ 'long.yaml': scenario({ duration: '20s', replications: 1_000_000 }) });
      const { status, stdout, stderr } = await interrupted(
        ['run', 'long.yaml', '-j', jobs, '-o', `kept${jobs}`],
        { until: after(2500, `kept${jobs}`), times: 1 },
      );
      expect(stderr).toContain('Interrupted: keeping what has finished');
      expect(stderr).toContain(`the results in kept${jobs}/ are partial`);
      expect(stdout).toContain('(partial: interrupted');
      expect(status).toBe(130);
      const result = JSON.parse(workspace.read(`kept${jobs}/result.json`)) as {
        partial: boolean;
        variants: { runs: { replication: number }[] }[];
      };
      expect(result.partial).toBe(true);
      const runs = result.variants[0]!.runs.map(({ replication }) => replication);
      expect(runs.length).toBeGreaterThan(0);
      expect([...runs].sort((a, b) => a - b)).toEqual(runs);
    },
  );

  it('writes nothing before anything has finished, and leaves earlier results as they are', async () => {
    workspace.write({
      'endless.yaml': scenario({ duration: '1000h', replications: 2 }),
      'earlier/summary.csv': 'of yesterday\n',
    });
    const { status, stdout, stderr } = await interrupted(
      ['run', 'endless.yaml', '-o', 'earlier', '-q'],
      // The folder is there from the start.
      { until: after(2000, 'earlier'), times: 1 },
    );
    expect(stderr).toContain('before any replication had finished; nothing was written');
    expect([status, stdout]).toEqual([130, '']);
    expect([...workspace.tree('earlier')]).toEqual([['summary.csv', 'of yesterday\n']]);
  });

  it('twice ends at once, whatever is still at work', async () => {
    // A worker that takes a run and hears nothing from then on.
    const command = commandWithWorker(
      'deaf',
      `import { parentPort } from 'node:worker_threads';
      import { writeFileSync } from 'node:fs';
      parentPort.on('message', ({ board }) => {
        Atomics.add(new Int32Array(board.marks), 0, 1);
        writeFileSync('taken', '');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      });`,
    );
    workspace.write({ 'long.yaml': scenario({ duration: '1000h' }) });
    const { status, stdout } = await interrupted(['run', 'long.yaml', '-j', '2', '-o', 'deaf'], {
      until: after(100, 'taken'),
      times: 2,
      command,
    });
    expect(status).toBe(130);
    expect(stdout).toBe('');
    expect([...workspace.tree('deaf').keys()]).toEqual([]);
  });
});

describe('a reader that closes early', () => {
  it('is no error', async () => {
    workspace.write({ 'small.yaml': scenario({ duration: '5s' }) });
    const child = workspace.start(['run', 'small.yaml', '--format', 'json']);
    let stderr = '';
    child.stderr!.on('data', (data: Buffer) => (stderr += data.toString()));
    child.stdout!.destroy();
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    expect(stderr).not.toContain('EPIPE');
    expect(status).toBe(0);
  });
});

describe('a bug of ours', () => {
  it('ends with 1 and the command that reproduces it', () => {
    const command = commandWithWorker(
      'broken',
      `import { parentPort } from 'node:worker_threads';
      const failed = { kind: 'failed', message: 'in-flight went negative (at 5 ns)', stack: 'Error: in-flight\\n    at pod.ts:1' };
      parentPort.on('message', ({ board }) => {
        const index = Atomics.add(new Int32Array(board.marks), 0, 1);
        parentPort.postMessage({ ...failed, index });
      });`,
    );
    workspace.write({ 'small.yaml': scenario({ duration: '100h' }) });
    const { status, stderr } = workspace.svcsim(
      ['compare', 'small.yaml', '-j', '2', '--set', 'spec.warmUp=2s'],
      { command },
    );
    expect(stderr).toContain('a bug of ours');
    expect(stderr).toContain('seed 42: in-flight went negative (at 5 ns)');
    expect(stderr).toContain(
      'Reproduce: svcsim compare small.yaml --set spec.warmUp=2s --seed 42 --replications 1',
    );
    expect(status).toBe(1);
  });
});

/**
 * Keeps the code of all scripts after commands that most others are like: `keep-code.js FOLDER FILE...` runs each of
 * the scenario files, and compares the variants of the last. Results go to FOLDER.
 */
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { WorkerSource, WorkerThread } from '../../study/executors/worker-pool.ts';
import { EXIT } from '../exit-codes.ts';
import type * as Cli from '../main.ts';
import type * as Program from './program.ts';
import { BuiltScript } from './script.ts';
import type * as Thread from './thread.ts';

const [, , folder, ...files] = process.argv;
const cli = new BuiltScript<typeof Cli>('cli');
const program = new BuiltScript<typeof Program>('program');
const thread = new BuiltScript<typeof Thread>('thread');

/** Does on this thread, where code is kept, what others would do. */
const workers: WorkerSource = {
  start(): void {},
  take(count) {
    return Array.from({ length: count }, () => {
      const { port1, port2 } = new MessageChannel();
      thread.exports.serve(port2);
      // A port is all of a thread that a study meets where nothing breaks.
      return port1 as unknown as WorkerThread;
    });
  },
  giveBack: (port) => (port as unknown as MessagePort).close(),
  close(): void {},
};

const context = {
  workers,
  packageUrl: new URL('../package.json', import.meta.url),
  actions: () => program.exports.actions,
};
const svcsim = async (...args: readonly string[]): Promise<void> => {
  await cli.exports.main(context, args);
  // Thresholds that fail are no matter here.
  const isFine = process.exitCode === EXIT.passed || process.exitCode === EXIT.thresholdFailed;
  if (!isFine) throw new Error(`svcsim ${args.join(' ')}: exit code ${process.exitCode}`);
};

const flags = ['-q', '--no-progress', '-o', folder!];
await svcsim('--help');
for (const file of files) {
  await svcsim('run', file, ...flags, '-j', '1', '--replications', '1');
  await svcsim('run', file, ...flags, '-j', '2', '--replications', '4');
}
await svcsim('compare', files.at(-1)!, ...flags, '-j', '1', '--replications', '1');
for (const script of [cli, program, thread]) script.keepCode();
process.exitCode = EXIT.passed;

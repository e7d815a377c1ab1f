/**
 * Keeps the code of both scripts after commands that most others are like: `keep-code.js FOLDER FILE...` runs each of
 * the scenario files, and compares the variants of the last. Results go to FOLDER.
 */
import { EXIT } from '../exit-codes.ts';
import type * as Cli from '../main.ts';
import type * as Program from './program.ts';
import { BuiltScript } from './script.ts';

const [, , folder, ...files] = process.argv;
const cli = new BuiltScript<typeof Cli>('cli');
const program = new BuiltScript<typeof Program>('program');
const context = {
  workerUrl: new URL('./worker.js', import.meta.url),
  packageUrl: new URL('../package.json', import.meta.url),
  actions: () => program.exports.actions,
};
const svcsim = async (...args: readonly string[]): Promise<void> => {
  await cli.exports.main(context, args);
  // Thresholds that fail are no matter here.
  const isFine = process.exitCode === EXIT.passed || process.exitCode === EXIT.thresholdFailed;
  if (!isFine) throw new Error(`svcsim ${args.join(' ')}: exit code ${process.exitCode}`);
};

const flags = ['-j', '1', '--replications', '1', '-q', '--no-progress', '-o', folder!];
await svcsim('--help');
for (const file of files) await svcsim('run', file, ...flags);
await svcsim('compare', files.at(-1)!, ...flags);
cli.keepCode();
program.keepCode();
process.exitCode = EXIT.passed;

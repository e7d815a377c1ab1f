/**
 * Keeps the code of both scripts after commands that most others are like: `keep-code.js FOLDER FILE...` runs each of
 * the scenario files, and compares the variants of the last. Results go to FOLDER.
 */
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
const svcsim = (...args: readonly string[]): Promise<void> => cli.exports.main(context, args);

const flags = ['-j', '1', '--replications', '1', '-q', '--no-progress', '-o', folder!];
await svcsim('--help');
for (const file of files) await svcsim('run', file, ...flags);
await svcsim('compare', files.at(-1)!, ...flags);
cli.keepCode();
program.keepCode();
// Thresholds that fail are no matter here.
process.exitCode = 0;

/**
 * `npm run validate`: the simulator beside what a real kernel did and what was published. Writes
 * docs/validation.md; exits with 1 where a check misses its acceptance, with 3 where recordings cannot be read.
 */
import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { KernelData } from './kernel-data.ts';
import { BrokenRecording } from './csv.ts';
import { validationPage } from './validation.ts';

const command = new Command('validate')
  .description('compare the simulator with recordings of a kernel, and write the page that says so')
  .option('--data <folder>', 'recordings, at any depth', 'test/data/kernel')
  .option('--out <file>', 'the page', 'docs/validation.md')
  .parse();
const { data, out } = command.opts<{ data: string; out: string }>();

try {
  const { text, accepted, summary } = validationPage(new KernelData(data));
  writeFileSync(out, text);
  console.log(`${summary}\nWrote ${out}`);
  process.exitCode = accepted ? 0 : 1;
} catch (error) {
  if (!(error instanceof BrokenRecording)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 3;
}

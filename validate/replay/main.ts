/**
 * `npm run replay [-- FOLDER]`: drives the IPVS that simulations use through recorded runs of a kernel's, and
 * says how much of them it reproduces. Exit code 0: all; 1: less; 2: wrong usage; 3: the recordings cannot be read.
 */
import { BrokenRecording } from '../csv.ts';
import { replayFolder } from './folder.ts';
import { Tally } from './tally.ts';

const DEFAULT_FOLDER = 'test/data/kernel/ipvs';

function describe(tally: Tally): string {
  const picks = `${tally.samePicks} of ${tally.picks} picks reproduced`;
  if (tally.snapshots === 0) return picks;
  return `${picks}, ${tally.sameSnapshots} of ${tally.snapshots} snapshots equal`;
}

function main(args: readonly string[]): number {
  const [folder = DEFAULT_FOLDER, ...more] = args;
  if (more.length > 0 || folder.startsWith('-')) {
    console.error('usage: npm run replay [-- FOLDER]');
    return 2;
  }
  const total = new Tally();
  for (const { file, tally, skipped } of replayFolder(folder)) {
    total.add(tally);
    if (skipped !== null) {
      console.log(`${file}: skipped: ${skipped}`);
      continue;
    }
    console.log(`${file}: ${describe(tally)}`);
    if (tally.firstDifference !== null) console.log(`  first difference: ${tally.firstDifference}`);
  }
  console.log(`total: ${describe(total)}`);
  if (total.picks === 0) throw new BrokenRecording(`${folder}: holds no recorded picks`);
  return total.isComplete ? 0 : 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BrokenRecording)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 3;
}

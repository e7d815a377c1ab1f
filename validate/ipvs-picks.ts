/** IPVS pick by pick: what `npm run replay` says of the recordings in the folder. */
import { counted, grouped, table } from './page.ts';
import type { Section } from './page.ts';
import { replayFolder } from './replay/folder.ts';

const of = (same: number, all: number): string =>
  all === 0 ? '–' : `${grouped(same)} of ${grouped(all)}`;

/** The section; null where nothing in the folder can be replayed. */
export function ipvsPicksSection(folder: string): Section | null {
  const files = replayFolder(folder).filter(({ skipped }) => skipped === null);
  const sum = (count: (tally: (typeof files)[number]['tally']) => number): number =>
    files.reduce((total, { tally }) => total + count(tally), 0);
  const picks = sum((tally) => tally.picks);
  if (picks === 0) return null;
  const samePicks = sum((tally) => tally.samePicks);
  const snapshots = sum((tally) => tally.snapshots);
  const sameSnapshots = sum((tally) => tally.sameSnapshots);
  const rows = files.map(({ file, tally }) => [
    file,
    of(tally.samePicks, tally.picks),
    of(tally.sameSnapshots, tally.snapshots),
    tally.firstDifference ?? '',
  ]);
  return {
    title: 'IPVS, pick by pick',
    checks: [
      counted(
        {
          what: 'IPVS picks',
          recorded: `${files.length} files of scripted runs`,
          simulated: 'the same server, or the same refusal',
        },
        samePicks,
        picks,
      ),
      counted(
        {
          what: 'IPVS counters and templates',
          recorded: 'what the kernel showed between the steps',
          simulated: 'the same numbers',
        },
        sameSnapshots,
        snapshots,
      ),
    ],
    body: `
Scripts ran against the IPVS of a real kernel: servers come, change weight and go while connections open, close and
expire. The virtual server that simulations use is driven through the same steps; every pick is compared, and
every snapshot of counters. \`npm run replay\` prints the same.

${table(['recording', 'picks reproduced', 'snapshots equal', 'first difference'], rows, 'lrrl')}`,
  };
}

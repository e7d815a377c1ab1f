/** The end of a sweep: its files, and what standard output gets. */
import { join } from 'node:path';
import {
  frontierCsv,
  sweepCsv,
  sweepJsonChunks,
  sweepRunsCsv,
} from '../../../report/files/sweep-files.ts';
import { sweepMarkdown } from '../../../report/markdown/sweep.ts';
import { sweepText, sweepVerdict } from '../../../report/text/sweep/summary.ts';
import type { SweepConclusion } from '../../../study/sweep/conclusion.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import type { SweepFlags } from '../../options.ts';
import type { SweepExporter } from '../../output/sweep-exports.ts';
import type { SweepFile } from '../../output/sweep-folder.ts';
import { sweepCommand } from '../../reproduction.ts';
import { print, styleFor } from '../../terminal/terminal.ts';
import type { SweepInvocation } from './invocation.ts';
import type { Work } from './work.ts';

/** The files that are made of a sweep. */
function filesOf(conclusion: SweepConclusion): readonly SweepFile[] {
  const { frontier } = conclusion;
  return [
    { name: 'sweep.csv', pieces: () => [sweepCsv(conclusion)] },
    { name: 'sweep-runs.csv', pieces: () => [sweepRunsCsv(conclusion)] },
    ...(frontier === null
      ? []
      : [{ name: 'frontier.csv', pieces: () => [frontierCsv(conclusion, frontier)] }]),
    { name: 'sweep.json', pieces: () => sweepJsonChunks(conclusion) },
  ];
}

/** Where results are kept changes none of them. */
export function forFigures(flags: SweepFlags): SweepFlags {
  const { out: _, ...rest } = flags;
  return rest;
}

/** Writes the files and prints what was asked for. */
export async function conclude(
  conclusion: SweepConclusion,
  {
    sweep,
    done,
    journal,
    folder,
    exportAs,
  }: Work & { readonly folder: string; readonly exportAs: SweepExporter },
  { file, flags }: SweepInvocation,
): Promise<ExitCode> {
  const seed = sweep.points[0]!.plan.seed;
  const reproduce = sweepCommand(file, { ...forFigures(flags), seed });
  const left = journal.finish(done.sorted(), filesOf(conclusion));
  const exported = exportAs({ conclusion, file: file === '-' ? null : file, reproduce });
  const footer = {
    folder: join(folder, '/'),
    files: [...left, ...exported],
    fingerprint: conclusion.fingerprint,
    reproduce,
  };
  switch (flags.format) {
    case 'json':
      for (const piece of sweepJsonChunks(conclusion)) print(piece);
      break;
    case 'csv':
      print(sweepCsv(conclusion));
      break;
    case 'markdown':
      print(sweepMarkdown(conclusion));
      break;
    case 'text': {
      const style = await styleFor(process.stdout);
      const summary = { conclusion, footer };
      const isQuiet = flags.quiet === true;
      print(`${isQuiet ? sweepVerdict(summary, style).join('\n') : sweepText(summary, style)}\n`);
    }
  }
  return conclusion.points.some(({ verdict }) => verdict === 'met')
    ? EXIT.passed
    : EXIT.thresholdFailed;
}

/** `svcsim compare`, as it is typed. */
import type { Command } from 'commander';
import { parseVary } from '../options.ts';
import type { StudyFlags } from '../options.ts';
import { refuseLater } from '../later.ts';
import type { CommandContext } from './context.ts';
import { withStudyFlags } from './study-flags.ts';

export function declareCompare(root: Command, { workerUrl }: CommandContext): void {
  withStudyFlags(
    root
      .command('compare')
      .description('variants side by side, paired by seed')
      .argument('<file...>', 'a scenario file')
      .option('--vary <path=a,b>', 'variants by the values of one field', parseVary),
  ).action(async (files: string[], flags: StudyFlags & { readonly untilPrecision?: string }) => {
    if (flags.untilPrecision !== undefined) refuseLater('--until-precision');
    if (files.length > 1) refuseLater('compare of several files or of saved results');
    const { studyAction } = await import('../actions/study.ts');
    process.exitCode = await studyAction({ command: 'compare', files, flags, workerUrl });
  });
}

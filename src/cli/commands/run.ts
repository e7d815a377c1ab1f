/** `svcsim run`, as it is typed. */
import type { Command } from 'commander';
import type { StudyFlags } from '../options.ts';
import type { CommandContext } from './context.ts';
import { withDeterminismCheck, withStudyFlags } from './study-flags.ts';

export function declareRun(root: Command, { workerUrl }: CommandContext): void {
  withDeterminismCheck(
    withStudyFlags(
      root
        .command('run')
        .description('run scenarios, check thresholds, write results')
        .argument('<file...>', 'scenario files'),
    ),
  ).action(async (files: string[], flags: StudyFlags) => {
    const { studyAction } = await import('../actions/study.ts');
    process.exitCode = await studyAction({ command: 'run', files, flags, workerUrl });
  });
}

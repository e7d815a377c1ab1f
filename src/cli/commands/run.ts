/** `svcsim run`, as it is typed. */
import type { Command } from 'commander';
import type { StudyFlags } from '../options.ts';
import type { CommandContext } from './context.ts';
import { withDeterminismCheck, withStudyFlags } from './study-flags.ts';

export function declareRun(root: Command, { workerUrl, actions }: CommandContext): void {
  withDeterminismCheck(
    withStudyFlags(
      root
        .command('run')
        .description('run scenarios, check thresholds, write results')
        .argument('<file...>', 'scenario files'),
    ),
  ).action((files: string[], flags: StudyFlags) =>
    actions().study({ command: 'run', files, flags, workerUrl }),
  );
}

/** `svcsim run`, as it is typed. */
import type { Command } from 'commander';
import { startEarly } from '../early-threads.ts';
import type { StudyFlags } from '../options.ts';
import type { CommandContext } from './context.ts';
import { withDeterminismCheck, withStudyFlags } from './study-flags.ts';

export function declareRun(root: Command, { workers, actions }: CommandContext): void {
  withDeterminismCheck(
    withStudyFlags(
      root
        .command('run')
        .description('run scenarios, check thresholds, write results')
        .argument('<file...>', 'scenario files'),
    ),
  ).action((files: string[], flags: StudyFlags) => {
    // They start while all else is loaded and the files are read.
    startEarly(workers, flags.replications ?? 1, flags.jobs);
    return actions().study({ command: 'run', files, flags, workers });
  });
}

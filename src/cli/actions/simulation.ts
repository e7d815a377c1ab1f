/** The runs of a command: on threads, with progress where somebody looks, and a way back from a bug. */
import { availableParallelism } from 'node:os';
import type { Plan } from '../../contract/plan.ts';
import { formatCount, plural } from '../../report/numbers.ts';
import { RunFailure } from '../../study/executors/run-failure.ts';
import { jobsOf, runStudy } from '../../study/study.ts';
import type { Study, StudyOptions } from '../../study/study.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { StudyFlags } from '../options.ts';
import type { Interruption } from '../terminal/interruption.ts';
import { createProgressDisplay, createProgressLog } from '../terminal/progress.ts';
import { isInteractive, note } from '../terminal/terminal.ts';

/** How plans are run, and what is said meanwhile. */
export interface Simulation {
  readonly flags: Pick<StudyFlags, 'jobs' | 'quiet' | 'progress'>;
  /** Where the built worker is. */
  readonly workerUrl: URL;
  readonly interruption: Interruption;
  readonly record?: StudyOptions['record'];
  /** The command that does the run with this seed again, alone. */
  reproduce(seed: number): string;
}

/**
 * Runs every replication of `plans`, which are of one scenario.
 *
 * @throws CommandFailure for a bug of svcsim.
 */
export async function simulatePlans(
  plans: readonly Plan[],
  { flags, workerUrl, interruption, record, reproduce }: Simulation,
): Promise<Study> {
  const quiet = flags.quiet === true || !flags.progress;
  const display =
    !quiet && isInteractive(process.stderr)
      ? createProgressDisplay(plans[0]!.scenario, process.stderr)
      : null;
  const log =
    quiet || display !== null
      ? null
      : createProgressLog(plans[0]!.scenario, jobsOf(plans).length, {
          write: note,
          now: () => performance.now(),
        });
  interruption.beforeMessage(() => display?.clear());
  try {
    const study = await runStudy(plans, {
      jobs: Math.min(flags.jobs ?? availableParallelism(), jobsOf(plans).length),
      workerUrl,
      record,
      signal: interruption.signal,
      onProgress: display === null ? undefined : (progress) => display.show(progress),
      onRun: log === null ? undefined : () => log(),
    });
    display?.clear();
    if (!quiet && display === null) reportRuns(study);
    return study;
  } catch (error) {
    display?.clear();
    if (error instanceof RunFailure) {
      throw new CommandFailure(
        EXIT.bug,
        `a bug of ours, not of your scenario: ${error.message}\n${error.stack ?? ''}\nReproduce: ${reproduce(error.seed)}`,
      );
    }
    throw error;
  }
}

/** Where nothing can be drawn over, a line a variant at the end: logs stay short. */
function reportRuns(study: Study): void {
  for (const { plan, runs } of study.variants) {
    const events = runs.reduce((sum, run) => sum + run.totals.events, 0);
    note(
      `${plan.scenario} ${plan.variant}: ${runs.length} of ${plural(plan.replications, 'replication')} done, ${formatCount(events)} events`,
    );
  }
}

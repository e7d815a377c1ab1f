/** The runs of a command: on threads, with progress where somebody looks, and a way back from a bug. */
import { availableParallelism } from 'node:os';
import { didYouMean } from '../../base/suggest.ts';
import { METRICS } from '../../contract/metrics.ts';
import type { Plan } from '../../contract/plan.ts';
import { formatCount, plural } from '../../report/numbers.ts';
import { precisionText } from '../../report/text/precision.ts';
import { RunFailure } from '../../study/executors/run-failure.ts';
import type { WorkerSource } from '../../study/executors/worker-pool.ts';
import { overall } from '../../study/figures/query.ts';
import type { Precision, PrecisionGoal } from '../../study/replications/precision.ts';
import { runUntilPrecise } from '../../study/replications/until-precise.ts';
import { jobsOf, runStudy } from '../../study/study.ts';
import type { Study, StudyOptions } from '../../study/study.ts';
import { bugFailure, CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { StudyFlags } from '../options.ts';
import type { Interruption } from '../terminal/interruption.ts';
import { createProgressDisplay, createProgressLog } from '../terminal/progress.ts';
import { isInteractive, note } from '../terminal/terminal.ts';

/** How plans are run, and what is said meanwhile. */
export interface Simulation {
  readonly flags: Pick<
    StudyFlags,
    'jobs' | 'quiet' | 'progress' | 'untilPrecision' | 'maxReplications'
  >;
  /** Where threads come from. */
  readonly workers: WorkerSource;
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
  { flags, workers, interruption, record, reproduce }: Simulation,
): Promise<Study> {
  const quiet = flags.quiet === true || !flags.progress;
  const display =
    !quiet && isInteractive(process.stderr)
      ? createProgressDisplay(plans[0]!.scenario, process.stderr)
      : null;
  const goal = precisionGoal(flags);
  // How many runs a precision takes is not known: its rounds are told instead.
  const log =
    quiet || display !== null || goal !== null
      ? null
      : createProgressLog(plans[0]!.scenario, jobsOf(plans).length, {
          write: note,
          now: () => performance.now(),
        });
  interruption.beforeMessage(() => display?.clear());
  const cores = flags.jobs ?? availableParallelism();
  const options: StudyOptions = {
    jobs: goal === null ? Math.min(cores, jobsOf(plans).length) : cores,
    workers,
    record,
    signal: interruption.signal,
    onProgress: display === null ? undefined : (progress) => display.show(progress),
    onRun: log === null ? undefined : () => log(),
  };
  const onRound = (replications: number, precision: Precision | null): void => {
    if (precision === null) return;
    const found = precisionText(precision);
    display?.startOver(`${plans[0]!.scenario}  ${found}`);
    if (!quiet && display === null) {
      note(`${plans[0]!.scenario}: ${found}; going on to ${replications}`);
    }
  };
  try {
    const study =
      goal === null
        ? await runStudy(plans, options)
        : await runUntilPrecise(plans, goal, { ...options, onRound });
    display?.clear();
    if (!quiet && display === null) reportRuns(study);
    return study;
  } catch (error) {
    display?.clear();
    throw error instanceof RunFailure ? bugFailure(error, reproduce(error.seed)) : error;
  }
}

const MAX_REPLICATIONS = 100;

/**
 * What `--until-precision` asks for; null: nothing.
 *
 * @throws CommandFailure
 */
function precisionGoal(flags: Simulation['flags']): PrecisionGoal | null {
  const { untilPrecision, maxReplications } = flags;
  if (untilPrecision === undefined) {
    if (maxReplications === undefined) return null;
    throw new CommandFailure(
      EXIT.usage,
      '--max-replications goes with --until-precision; --replications says how many to run',
    );
  }
  const { metric, ratio } = untilPrecision;
  const names = METRICS.map(({ name }) => name);
  if (!names.includes(metric)) {
    const meant = didYouMean(metric, names);
    throw new CommandFailure(
      EXIT.usage,
      `--until-precision: there is no metric "${metric}"${meant}`,
    );
  }
  return { query: overall(metric), ratio, maxReplications: maxReplications ?? MAX_REPLICATIONS };
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

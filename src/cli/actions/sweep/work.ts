/** The runs of a sweep: all of the grid, or those that a search asks for. Each goes through the journal as it ends. */
import { availableParallelism } from 'node:os';
import { shellWord } from '../../../base/shell-word.ts';
import type { Sweep, SweepGoal } from '../../../contract/sweep.ts';
import { RunFailure } from '../../../study/executors/run-failure.ts';
import { Evaluator } from '../../../study/sweep/evaluator.ts';
import { searchGoal, searchRunsAtMost } from '../../../study/sweep/goal.ts';
import type { GoalSearch } from '../../../study/sweep/goal.ts';
import type { DoneRuns, SweepRun } from '../../../study/sweep/runs.ts';
import { bugFailure } from '../../command-failure.ts';
import type { OpenJournal } from '../../output/sweep-folder.ts';
import { Interruption } from '../../terminal/interruption.ts';
import { SweepWatch } from '../../terminal/sweep-watch.ts';
import type { SweepInvocation } from './invocation.ts';

/** A sweep that is under way. */
export interface Work {
  readonly sweep: Sweep;
  readonly done: DoneRuns;
  readonly journal: OpenJournal;
}

/** Does the runs that `work` asks for, as far as they are missing; what it comes to. */
async function simulate<Result>(
  { sweep, done, journal }: Work,
  { file, flags, workers }: SweepInvocation,
  { watch, work }: { watch: SweepWatch; work: (evaluator: Evaluator) => Promise<Result> },
): Promise<Result> {
  const interruption = new Interruption();
  interruption.beforeMessage(() => watch.clear());
  const evaluator = new Evaluator(sweep, done, {
    jobs: flags.jobs ?? availableParallelism(),
    workers,
    signal: interruption.signal,
    onProgress: watch.onProgress,
    onRun(run): void {
      journal.add(run);
      watch.finished(run.point);
    },
  });
  try {
    return await work(evaluator);
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    const point = sweep.points.find(({ name }) => name === error.variant)!;
    const sets = point.values.flatMap(({ text }, index) =>
      sweep.parameters[index]!.paths.map((path) => `${path}=${text}`),
    );
    const words = [...(flags.set ?? []), ...sets].map((set) => ` --set ${shellWord(set)}`);
    throw bugFailure(
      error,
      `svcsim run ${shellWord(file)}${words.join('')} --seed ${error.seed} --replications 1`,
    );
  } finally {
    watch.clear();
  }
}

/** Does every run of the grid, or of a part of it; whether none is missing then. */
export function doAll(
  runs: readonly SweepRun[],
  work: Work,
  invocation: SweepInvocation,
): Promise<boolean> {
  const { sweep, done } = work;
  const missing = runs.filter((run) => !done.has(run));
  return simulate(work, invocation, {
    watch: SweepWatch.ofGrid(sweep, missing, invocation.flags),
    work: async (evaluator) => {
      await evaluator.run(runs);
      return runs.every((run) => done.has(run));
    },
  });
}

/** Looks for a goal; null where it was interrupted. */
export function lookFor(
  goal: SweepGoal,
  work: Work,
  invocation: SweepInvocation,
): Promise<GoalSearch | null> {
  const { sweep, done } = work;
  const watch = SweepWatch.ofSearch(sweep, searchRunsAtMost(sweep, goal), invocation.flags);
  return simulate(work, invocation, {
    watch,
    work: (evaluator) =>
      searchGoal(sweep, goal, {
        done,
        run: async (runs) => {
          await evaluator.run(runs);
          return !evaluator.interrupted;
        },
        onPoint: (point) => watch.decided(point),
      }),
  });
}

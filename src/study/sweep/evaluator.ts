/**
 * Does the runs of a sweep that are not done yet, and reduces each to its figures as it ends. Which points are
 * asked for next may depend on what came of earlier ones: a point that is asked for again costs nothing, and a sweep
 * that goes on from a journal takes the same way as one that was never interrupted.
 */
import type { Sweep } from '../../contract/sweep.ts';
import type { Progress } from '../executors/executor.ts';
import { chooseExecutor } from '../executors/registry.ts';
import type { WorkerSource } from '../executors/worker-pool.ts';
import { runFigures } from '../figures/run-figures.ts';
import type { VariantFigures } from '../figures/run-figures.ts';
import { runsOf } from './runs.ts';
import type { DoneRuns, RecordedRun, SweepRun } from './runs.ts';

/** How runs are done. None of it changes a figure. */
export interface EvaluatorOptions {
  /** Runs at a time; 1 unless told. More than one needs `workers`. */
  readonly jobs?: number | undefined;
  readonly workers?: WorkerSource | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of the runs that were asked for last. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called once per run that is done here, in no particular order, before anything else is made of it. */
  readonly onRun: (run: RecordedRun) => void;
}

/** Points whose plans are handed to the threads at a time: each thread holds them all. */
const POINTS_AT_ONCE = 256;

export class Evaluator {
  readonly sweep: Sweep;
  readonly done: DoneRuns;
  private readonly options: EvaluatorOptions;

  constructor(sweep: Sweep, done: DoneRuns, options: EvaluatorOptions) {
    this.sweep = sweep;
    this.done = done;
    this.options = options;
  }

  /** Whether it was told to end: what it gives from then on may lack runs. */
  get interrupted(): boolean {
    return this.options.signal?.aborted === true;
  }

  /**
   * The figures of some points, in their order.
   *
   * @param replications of each point; those of its plan unless given.
   * @throws RunFailure when a run breaks an invariant.
   */
  async evaluate(
    points: readonly number[],
    replications?: number,
  ): Promise<readonly VariantFigures[]> {
    await this.run(runsOf(this.sweep, points, replications));
    return points.map((point) => this.done.figures(point, replications));
  }

  /**
   * Does those of the runs that are not done.
   *
   * @throws RunFailure when a run breaks an invariant.
   */
  async run(runs: readonly SweepRun[]): Promise<void> {
    const missing = runs.filter((run) => !this.done.has(run));
    const points = [...new Set(missing.map(({ point }) => point))];
    let before = { runs: 0, events: 0 };
    for (let from = 0; from < points.length && !this.interrupted; from += POINTS_AT_ONCE) {
      const some = new Set(points.slice(from, from + POINTS_AT_ONCE));
      const runsOfSome = missing.filter(({ point }) => some.has(point));
      const events = await this.execute([...some], runsOfSome, { ...before, all: missing.length });
      before = { runs: before.runs + runsOfSome.length, events };
    }
  }

  /** @returns the events of all runs so far, as progress has it. */
  private async execute(
    points: readonly number[],
    runs: readonly SweepRun[],
    before: { readonly runs: number; readonly events: number; readonly all: number },
  ): Promise<number> {
    const { jobs = 1, workers, signal, onProgress, onRun } = this.options;
    let { events } = before;
    const tell = (progress: Progress): void => {
      events = before.events + progress.events;
      onProgress!({
        ...progress,
        finished: before.runs + progress.finished,
        jobs: before.all,
        share: (before.runs + progress.share * runs.length) / before.all,
        events,
      });
    };
    const place = new Map(points.map((point, index) => [point, index]));
    const executor = await chooseExecutor({ jobs: Math.min(jobs, runs.length), workers });
    await executor.execute({
      plans: points.map((point) => this.sweep.points[point]!.plan),
      jobs: runs.map(({ point, replication, seed }) => ({
        plan: place.get(point)!,
        replication,
        seed,
      })),
      options: {},
      signal,
      onProgress: onProgress === undefined ? undefined : tell,
      onFinished: (index, result) => {
        const { point } = runs[index]!;
        const run = { point, figures: runFigures(this.sweep.points[point]!.plan, result) };
        onRun(run);
        this.done.add(run);
      },
    });
    return events;
  }
}

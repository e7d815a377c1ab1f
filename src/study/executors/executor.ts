/**
 * An executor works through the runs of a study: one after another on this thread, or on several.
 * The figures are the same whichever does it; only the order in which runs finish differs.
 */
import type { Plan } from '../../contract/plan.ts';
import type { RunOptions, RunResult } from '../../contract/result.ts';

/** One run to do. */
export interface RunJob {
  /** Index into the plans of the work. */
  readonly plan: number;
  readonly replication: number;
  readonly seed: number;
}

/** How far the work is. */
export interface Progress {
  readonly finished: number;
  readonly jobs: number;
  /** The unfinished run that is furthest ahead, or the last one at the end. */
  readonly job: RunJob;
  /** Simulated time of that run, and its end, in nanoseconds. */
  readonly simulatedNs: number;
  readonly endNs: number;
  /** Share of all runs that is done, 0–1. */
  readonly share: number;
  /** Events fired in all runs so far. */
  readonly events: number;
}

/** What an executor is given. */
export interface Work {
  readonly plans: readonly Plan[];
  readonly jobs: readonly RunJob[];
  readonly options: RunOptions;
  /** Ends the work early: runs that have not finished are dropped without a trace. */
  readonly signal?: AbortSignal | undefined;
  /** Called about every tenth of a second; nothing is measured where it is left out. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called once per finished run, in no particular order. `index` is that of the job. */
  readonly onFinished: (index: number, result: RunResult) => void;
}

/** Resolves when all runs have finished or the signal has fired; rejects with a RunFailure, or a SourceError for a trace. */
export interface Executor {
  readonly name: string;
  execute(work: Work): Promise<void>;
}

/** How often progress is told, in milliseconds of real time. */
export const PROGRESS_PERIOD_MS = 100;

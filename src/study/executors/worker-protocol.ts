/**
 * What the executor and its workers say to each other. Plans travel once per worker, when it starts;
 * progress and the wish to stop travel through shared memory, so that the thread that waits
 * sleeps; a result is one message.
 */
import type { Plan } from '../../contract/plan.ts';
import type { RunOptions, RunResult } from '../../contract/result.ts';
import type { RunJob } from './executor.ts';

/** Given to each worker once. */
export interface WorkerSetup {
  readonly plans: readonly Plan[];
  readonly options: RunOptions;
  /** One Int32: not 0 once the work is to end. */
  readonly stop: SharedArrayBuffer;
  /** Doubles, PROGRESS_FIELDS per lane: events fired, simulated ns, end of the run in ns. */
  readonly progress: SharedArrayBuffer;
}

export const PROGRESS_FIELDS = 3;

/** One run to do. As many lanes as threads each have one task at a time. */
export interface WorkerTask {
  readonly lane: number;
  readonly job: RunJob;
}

export type WorkerAnswer =
  | { readonly kind: 'finished'; readonly result: RunResult }
  | { readonly kind: 'stopped' }
  /** A trace cannot be read any more. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** Errors lose their class on the way between threads, so they travel as text. */
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };

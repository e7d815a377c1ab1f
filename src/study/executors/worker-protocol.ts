/**
 * What a study and its threads say to each other. The work travels once to each thread; which run is next, how far
 * each is and the wish to stop stand on the board; a result is one message.
 */
import type { Plan } from '../../contract/plan.ts';
import type { RunOptions, RunResult } from '../../contract/result.ts';
import type { BoardMemory } from './job-board.ts';

/** Told to a thread: it takes runs from the board until there are none left. */
export interface SharedWork {
  readonly plans: readonly Plan[];
  readonly options: RunOptions;
  readonly board: BoardMemory;
  /** Which seat of the board is the thread's. */
  readonly seat: number;
}

/** What became of a run. `index` is that of its job. */
export type WorkerAnswer = { readonly index: number } & (
  | { readonly kind: 'finished'; readonly result: RunResult }
  | { readonly kind: 'stopped' }
  /** A trace cannot be read any more. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  /** Errors lose their class on the way between threads, so they travel as text. */
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string }
);

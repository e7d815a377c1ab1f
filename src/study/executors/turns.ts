/**
 * A run on the calling thread, in slices: between slices the event loop gets a turn, so that a signal can end the
 * work, messages arrive and a page stays alive. Needs nothing of Node.
 */
import type { RunResult } from '../../contract/result.ts';
import { SourceError } from '../../scenario/text/source.ts';
import type { Run } from '../../world/simulate.ts';
import { startRun } from '../start-run.ts';
import type { Work } from './executor.ts';
import { RunFailure } from './run-failure.ts';

/** Events between two looks at the clock: a few milliseconds. */
const SLICE_EVENTS = 16_384;
/** Real time between two turns of the event loop, in milliseconds. */
const TURN_MS = 30;

/** A turn of the event loop in which timers, signals and input are served. Node's immediate costs no wait. */
const eventLoopTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });

/** What goes on between slices. */
export interface Turns {
  /** Told how far the run is, before each turn. */
  before(run: Run): void;
  /** Whether the run is to be dropped, asked after each turn. */
  isStopped(): boolean;
}

/**
 * Does one run, and takes a turn after it, since short ones have none of their own. Null: it was dropped.
 *
 * @throws RunFailure, or a SourceError for a trace.
 */
export async function runInTurns(
  { jobs, plans, options }: Pick<Work, 'jobs' | 'plans' | 'options'>,
  index: number,
  turns: Turns,
): Promise<RunResult | null> {
  const job = jobs[index]!;
  const plan = plans[job.plan]!;
  try {
    const run = startRun(plan, job.seed, { ...options, replication: job.replication });
    let lastTurn = performance.now();
    while (!run.advance(SLICE_EVENTS)) {
      if (performance.now() - lastTurn < TURN_MS) continue;
      turns.before(run);
      await eventLoopTurn();
      if (turns.isStopped()) return null;
      lastTurn = performance.now();
    }
    turns.before(run);
    return run.result();
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new RunFailure({ ...job, variant: plan.variant }, error);
  } finally {
    await eventLoopTurn();
  }
}

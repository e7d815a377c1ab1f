/**
 * Runs on the calling thread, one after another, in slices: between slices the event loop gets a
 * turn, so that a signal can end the work and a page stays alive. Needs nothing of Node.
 */
import type { RunResult } from '../../contract/result.ts';
import { SourceError } from '../../scenario/text/source.ts';
import { startRun } from '../start-run.ts';
import { PROGRESS_PERIOD_MS } from './executor.ts';
import type { Executor, Work } from './executor.ts';
import { RunFailure } from './run-failure.ts';

/** Events between two looks at the clock: a few milliseconds. */
const SLICE_EVENTS = 16_384;
/** Real time between two turns of the event loop, in milliseconds. */
const TURN_MS = 30;

const now = (): number => performance.now();

/** A turn of the event loop in which timers, signals and input are served. Node's immediate costs no wait. */
const eventLoopTurn = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });

async function runOne(
  work: Work,
  index: number,
  done: { readonly events: number; readonly lastTold: number },
): Promise<{ result: RunResult | null; events: number; lastTold: number }> {
  const job = work.jobs[index]!;
  const plan = work.plans[job.plan]!;
  const run = startRun(plan, job.seed, { ...work.options, replication: job.replication });
  let lastTurn = now();
  let lastTold = done.lastTold;
  while (!run.advance(SLICE_EVENTS)) {
    const at = now();
    if (at - lastTurn < TURN_MS) continue;
    if (work.onProgress !== undefined && at - lastTold >= PROGRESS_PERIOD_MS) {
      lastTold = at;
      const part = run.endNs > 0 ? Math.min(1, run.simulatedNs / run.endNs) : 0;
      work.onProgress({
        finished: index,
        jobs: work.jobs.length,
        job,
        simulatedNs: run.simulatedNs,
        endNs: run.endNs,
        share: (index + part) / work.jobs.length,
        events: done.events + run.events,
      });
    }
    await eventLoopTurn();
    if (work.signal?.aborted === true) return { result: null, events: run.events, lastTold };
    lastTurn = now();
  }
  return { result: run.result(), events: run.events, lastTold };
}

/** The executor without threads. */
export const inline: Executor = {
  name: 'inline',
  async execute(work: Work): Promise<void> {
    let events = 0;
    let lastTold = 0;
    for (const [index, job] of work.jobs.entries()) {
      if (work.signal?.aborted === true) return;
      try {
        const one = await runOne(work, index, { events, lastTold });
        if (one.result === null) return;
        events += one.events;
        lastTold = one.lastTold;
        work.onFinished(index, one.result);
      } catch (error) {
        if (error instanceof SourceError) throw error;
        throw new RunFailure({ ...job, variant: work.plans[job.plan]!.variant }, error);
      }
      // Short runs never reach a turn of their own.
      await eventLoopTurn();
    }
  },
};

/** Runs on the calling thread, one after another, in turns with all else that it has to do. Needs nothing of Node. */
import { PROGRESS_PERIOD_MS } from './executor.ts';
import type { Executor, Work } from './executor.ts';
import { runInTurns } from './turns.ts';
import type { Turns } from './turns.ts';

/** The executor without threads. */
export const inline: Executor = {
  name: 'inline',
  async execute(work: Work): Promise<void> {
    const { jobs, signal, onProgress, onFinished } = work;
    const isStopped = (): boolean => signal?.aborted === true;
    let events = 0;
    let lastTold = 0;
    for (const [index, job] of jobs.entries()) {
      if (isStopped()) return;
      const before: Turns['before'] = ({ simulatedNs, endNs, events: ofRun }) => {
        if (onProgress === undefined || performance.now() - lastTold < PROGRESS_PERIOD_MS) return;
        lastTold = performance.now();
        const part = endNs > 0 ? Math.min(1, simulatedNs / endNs) : 0;
        onProgress({
          finished: index,
          jobs: jobs.length,
          job,
          simulatedNs,
          endNs,
          share: (index + part) / jobs.length,
          events: events + ofRun,
        });
      };
      const result = await runInTurns(work, index, { before, isStopped });
      if (result === null) return;
      events += result.totals.events;
      onFinished(index, result);
    }
  },
};

/**
 * Runs on worker threads, each with all plans and one run at a time. The thread that waits does
 * nothing but collect: it sleeps between results.
 */
import { Tinypool } from 'tinypool';
import { PROGRESS_PERIOD_MS } from '../executor.ts';
import type { Executor, Work } from '../executor.ts';
import { RunFailure } from '../run-failure.ts';
import { PROGRESS_FIELDS } from '../worker-protocol.ts';
import type { WorkerAnswer, WorkerSetup } from '../worker-protocol.ts';

/** Reads the shared progress of all runs and tells it. */
function tell(work: Work, progress: Float64Array, finished: ReadonlySet<number>): void {
  let events = 0;
  let share = 0;
  let ahead = -1;
  let aheadPart = -1;
  for (let index = 0; index < work.jobs.length; index += 1) {
    const row = index * PROGRESS_FIELDS;
    const endNs = progress[row + 2]!;
    const part = endNs > 0 ? Math.min(1, progress[row + 1]! / endNs) : 0;
    events += progress[row]!;
    share += finished.has(index) ? 1 : part;
    if (finished.has(index) || endNs === 0 || part <= aheadPart) continue;
    ahead = index;
    aheadPart = part;
  }
  const shown = ahead === -1 ? Math.min(finished.size, work.jobs.length - 1) : ahead;
  work.onProgress?.({
    finished: finished.size,
    jobs: work.jobs.length,
    job: work.jobs[shown]!,
    simulatedNs: progress[shown * PROGRESS_FIELDS + 1]!,
    endNs: progress[shown * PROGRESS_FIELDS + 2]!,
    share: share / work.jobs.length,
    events,
  });
}

/** An executor with `threads` workers (at most one per run), each of which loads `workerUrl`. */
export function createThreads(options: {
  readonly threads: number;
  readonly workerUrl: URL;
}): Executor {
  return {
    name: 'threads',
    async execute(work: Work): Promise<void> {
      if (work.jobs.length === 0 || work.signal?.aborted === true) return;
      const size = Math.min(options.threads, work.jobs.length);
      const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      const progress = new Float64Array(
        new SharedArrayBuffer(work.jobs.length * PROGRESS_FIELDS * Float64Array.BYTES_PER_ELEMENT),
      );
      const setup: WorkerSetup = {
        plans: work.plans,
        jobs: work.jobs,
        options: work.options,
        stop: stop.buffer as SharedArrayBuffer,
        progress: progress.buffer as SharedArrayBuffer,
      };
      const pool = new Tinypool({
        filename: options.workerUrl.href,
        runtime: 'worker_threads',
        minThreads: size,
        maxThreads: size,
        isolateWorkers: false,
        workerData: setup,
      });
      const finished = new Set<number>();
      const requestStop = (): void => {
        Atomics.store(stop, 0, 1);
      };
      const timer =
        work.onProgress === undefined
          ? undefined
          : setInterval(() => tell(work, progress, finished), PROGRESS_PERIOD_MS);
      work.signal?.addEventListener('abort', requestStop, { once: true });

      const runJob = async (index: number): Promise<void> => {
        const job = work.jobs[index]!;
        const identity = { ...job, variant: work.plans[job.plan]!.variant };
        let answer: WorkerAnswer;
        try {
          answer = (await pool.run(index)) as WorkerAnswer;
        } catch (error) {
          // The thread itself ended: out of memory, for instance.
          requestStop();
          throw new RunFailure(identity, error);
        }
        if (answer.kind === 'failed') {
          requestStop();
          const cause = new Error(answer.message);
          cause.stack = answer.stack;
          throw new RunFailure(identity, cause);
        }
        if (answer.kind === 'stopped') return;
        finished.add(index);
        work.onFinished(index, answer.result);
      };

      try {
        const outcomes = await Promise.allSettled(work.jobs.map((_, index) => runJob(index)));
        const failed = outcomes.find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      } finally {
        clearInterval(timer);
        work.signal?.removeEventListener('abort', requestStop);
        await pool.destroy();
      }
    },
  };
}

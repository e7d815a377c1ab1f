/** The entry of a worker thread: does one run after another, as it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { SourceError } from '../../scenario/text/source.ts';
import { startRun } from '../start-run.ts';
import { PROGRESS_FIELDS } from './worker-protocol.ts';
import type { WorkerAnswer, WorkerSetup, WorkerTask } from './worker-protocol.ts';

/** Events between two looks at the wish to stop: some ten milliseconds. */
const SLICE_EVENTS = 65_536;

const setup: WorkerSetup = workerData as WorkerSetup;
const stop = new Int32Array(setup.stop);
const progress = new Float64Array(setup.progress);

/** Does one run. Never throws: see WorkerAnswer. */
function work({ lane, job }: WorkerTask): WorkerAnswer {
  if (Atomics.load(stop, 0) !== 0) return { kind: 'stopped' };
  const row = lane * PROGRESS_FIELDS;
  try {
    const run = startRun(setup.plans[job.plan]!, job.seed, {
      ...setup.options,
      replication: job.replication,
    });
    let finished = false;
    while (!finished) {
      finished = run.advance(SLICE_EVENTS);
      progress[row] = run.events;
      progress[row + 1] = run.simulatedNs;
      progress[row + 2] = run.endNs;
      if (!finished && Atomics.load(stop, 0) !== 0) return { kind: 'stopped' };
    }
    return { kind: 'finished', result: run.result() };
  } catch (error) {
    if (error instanceof SourceError) return { kind: 'unreadable', reason: error.reason };
    return error instanceof Error
      ? { kind: 'failed', message: error.message, stack: error.stack ?? '' }
      : { kind: 'failed', message: String(error), stack: '' };
  }
}

parentPort!.on('message', (task: WorkerTask) => parentPort!.postMessage(work(task)));

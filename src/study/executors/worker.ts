/** What a worker thread does: one run after another, as long as there are any on the board. */
import { SourceError } from '../../scenario/text/source.ts';
import { startRun } from '../start-run.ts';
import { JobBoard } from './job-board.ts';
import type { Done } from './job-board.ts';
import type { SharedWork, WorkerAnswer } from './worker-protocol.ts';

/** Events between two looks at the wish to stop: some ten milliseconds. */
const SLICE_EVENTS = 65_536;

/** The thread's end of what connects it with the study. */
export interface WorkerPort {
  on(event: 'message', listener: (work: SharedWork) => void): unknown;
  postMessage(answer: WorkerAnswer): void;
}

/** Does the work that comes through `port`. */
export function serve(port: WorkerPort): void {
  port.on('message', (work) => {
    const board = new JobBoard(work.board);
    const done = { runs: 0, events: 0 };
    for (let index = board.take(work.seat); index !== null; index = board.take(work.seat)) {
      const answer = answerTo(work, index, { board, done });
      port.postMessage(answer);
      if (answer.kind !== 'finished') continue;
      done.runs += 1;
      done.events += answer.result.totals.events;
    }
  });
}

/** Does one run. Never throws: see WorkerAnswer. */
function answerTo(
  { plans, options, seat }: SharedWork,
  index: number,
  { board, done }: { readonly board: JobBoard; readonly done: Done },
): WorkerAnswer {
  const { plan, seed, replication } = board.job(index);
  try {
    const run = startRun(plans[plan]!, seed, { ...options, replication });
    let isFinished = false;
    while (!isFinished) {
      if (board.isStopped) return { index, kind: 'stopped' };
      isFinished = run.advance(SLICE_EVENTS);
      board.tell(seat, run, done);
    }
    return { index, kind: 'finished', result: run.result() };
  } catch (error) {
    if (error instanceof SourceError) return { index, kind: 'unreadable', reason: error.reason };
    return error instanceof Error
      ? { index, kind: 'failed', message: error.message, stack: error.stack ?? '' }
      : { index, kind: 'failed', message: String(error), stack: '' };
  }
}

/**
 * Runs on several threads. This one does runs, too, in turns with collecting what the others have done: it has no
 * start to wait for. All take their runs from one board, so none waits for another as long as there are any; and
 * for a thread that comes when the last run is taken, nobody waits.
 */
import type { RunResult } from '../../contract/result.ts';
import { SourceError } from '../../scenario/text/source.ts';
import { PROGRESS_PERIOD_MS } from './executor.ts';
import type { Executor, Work } from './executor.ts';
import { JobBoard } from './job-board.ts';
import { RunFailure } from './run-failure.ts';
import { runInTurns } from './turns.ts';
import type { WorkerSource, WorkerThread } from './worker-pool.ts';
import type { SharedWork, WorkerAnswer } from './worker-protocol.ts';

/** The seat of the thread that collects. */
const HERE = 0;

/** Where runs of a study take place. */
export interface Crew {
  readonly workers: WorkerSource;
  /** Threads beside this one. */
  readonly size: number;
  /** Whether this thread does runs, too. */
  readonly joins: boolean;
}

/** What went wrong, and in which run; of several failures that of the first run counts. */
interface Failure {
  readonly index: number;
  readonly error: unknown;
}

/** One study at work. */
class SharedStudy {
  private readonly work: Work;
  private readonly crew: Crew;
  private readonly board: JobBoard;
  private readonly seats: number;
  /** How many runs came to something, and of each seat the last of them. */
  private answers = 0;
  private readonly lastAnswers: number[] = [];
  private finished = 0;
  private failure: Failure | null = null;
  private resolve: () => void = () => {};

  constructor(work: Work, crew: Crew) {
    this.work = work;
    this.crew = crew;
    this.seats = crew.size + 1;
    this.board = JobBoard.of(work.jobs, this.seats);
  }

  /** Does all runs, or those that were taken before the end was asked for. */
  async run(): Promise<void> {
    const { signal, onProgress } = this.work;
    const { workers, size, joins } = this.crew;
    const stop = (): void => this.stop();
    signal?.addEventListener('abort', stop, { once: true });
    const timer =
      onProgress === undefined ? undefined : setInterval(() => this.tell(), PROGRESS_PERIOD_MS);
    const ends = workers.take(size).map((thread, index) => this.setToWork(thread, index + 1));
    try {
      const othersAreDone = new Promise<void>((resolve) => {
        this.resolve = resolve;
      });
      if (joins) await this.joinIn();
      this.resolveIfOver();
      await othersAreDone;
      if (this.failure !== null) throw this.failure.error;
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', stop);
      for (const end of ends) end();
    }
  }

  private stop(): void {
    this.board.stop();
    this.resolveIfOver();
  }

  /** Sets a thread to work. What is returned lets it go. */
  private setToWork(thread: WorkerThread, seat: number): () => void {
    const { plans, options } = this.work;
    const hear = (answer: WorkerAnswer): void => this.hear(answer, seat);
    const end = (error: unknown): void => this.lose(seat, error);
    const exit = (code: number): void => end(new Error(`a thread has ended with code ${code}`));
    thread.ref();
    thread.on('message', hear);
    thread.on('error', end);
    thread.on('exit', exit);
    const shared: SharedWork = { plans, options, board: this.board.memory, seat };
    thread.postMessage(shared);
    return () => {
      thread.off('message', hear);
      thread.off('error', end);
      thread.off('exit', exit);
      thread.unref();
      this.crew.workers.giveBack(thread);
    };
  }

  /** Takes runs from the board like the other threads. */
  private async joinIn(): Promise<void> {
    const { board } = this;
    const before = { runs: 0, events: 0 };
    for (let index = board.take(HERE); index !== null; index = board.take(HERE)) {
      this.answers += 1;
      try {
        const result = await runInTurns(this.work, index, {
          before: (run) => board.tell(HERE, run, before),
          isStopped: () => board.isStopped,
        });
        if (result === null) return;
        before.runs += 1;
        before.events += result.totals.events;
        this.finish(index, result);
      } catch (error) {
        this.fail(index, error);
      }
    }
  }

  private hear(answer: WorkerAnswer, seat: number): void {
    const { index } = answer;
    this.answers += 1;
    this.lastAnswers[seat] = index;
    try {
      if (answer.kind === 'finished') this.finish(index, answer.result);
      if (answer.kind === 'unreadable') this.fail(index, new SourceError(answer.reason));
      if (answer.kind === 'failed') {
        const cause = new Error(answer.message);
        cause.stack = answer.stack;
        this.fail(index, this.failureOf(index, cause));
      }
    } catch (error) {
      this.fail(index, error);
    }
    this.resolveIfOver();
  }

  /** The thread of a seat has ended: out of memory, for instance. */
  private lose(seat: number, error: unknown): void {
    const index = this.board.runOf(seat);
    if (index === null || index === this.lastAnswers[seat]) this.fail(Infinity, error);
    else {
      this.answers += 1;
      this.lastAnswers[seat] = index;
      this.fail(index, this.failureOf(index, error));
    }
    this.resolveIfOver();
  }

  private failureOf(index: number, cause: unknown): RunFailure {
    const { jobs, plans } = this.work;
    const job = jobs[index]!;
    return new RunFailure({ ...job, variant: plans[job.plan]!.variant }, cause);
  }

  /** The work ends without a result. */
  private fail(index: number, error: unknown): void {
    if (this.failure === null || index < this.failure.index) this.failure = { index, error };
    this.board.stop();
  }

  private finish(index: number, result: RunResult): void {
    this.finished += 1;
    this.work.onFinished(index, result);
  }

  /** The work is over when no run is left to take, and each that was taken has come to something. */
  private resolveIfOver(): void {
    const { board, answers } = this;
    const isLeft = !board.isStopped && board.taken < board.runs;
    if (!isLeft && answers === board.taken) this.resolve();
  }

  /** Tells how far all threads are. */
  private tell(): void {
    const { board, finished } = this;
    const { jobs, onProgress } = this.work;
    let events = 0;
    let share = 0;
    let ahead = { index: Math.max(0, board.taken - 1), part: -1, simulatedNs: 0, endNs: 0 };
    for (let seat = HERE; seat < this.seats; seat += 1) {
      const { index, runs, simulatedNs, endNs, events: ofSeat } = board.progressOf(seat);
      events += ofSeat;
      share += runs;
      const part = runs % 1;
      if (index !== null && part > ahead.part) ahead = { index, part, simulatedNs, endNs };
    }
    onProgress?.({
      finished,
      jobs: jobs.length,
      job: jobs[ahead.index]!,
      simulatedNs: ahead.simulatedNs,
      endNs: ahead.endNs,
      share: share / jobs.length,
      events,
    });
  }
}

/** An executor for a crew, of which no more come than there are runs. */
export function createThreads({ workers, size, joins }: Crew): Executor {
  return {
    name: 'threads',
    async execute(work: Work): Promise<void> {
      if (work.jobs.length === 0 || work.signal?.aborted === true) return;
      const most = work.jobs.length - (joins ? 1 : 0);
      await new SharedStudy(work, { workers, size: Math.min(size, most), joins }).run();
    },
  };
}

/**
 * Runs on worker threads, each with all plans and one run at a time. The thread that waits does
 * nothing but collect: it sleeps between results.
 */
import type { EventEmitter } from 'node:events';
import type * as NodeThreads from 'node:worker_threads';
import { SourceError } from '../../scenario/text/source.ts';
import { PROGRESS_PERIOD_MS } from './executor.ts';
import type { Executor, Work } from './executor.ts';
import { RunFailure } from './run-failure.ts';
import { PROGRESS_FIELDS } from './worker-protocol.ts';
import type { WorkerAnswer, WorkerSetup, WorkerTask } from './worker-protocol.ts';

/** Runs that are over. */
interface Finished {
  runs: number;
  events: number;
}

/** Asked for here, and not imported, for the sake of browsers. */
const nodeThreads = (): typeof NodeThreads => process.getBuiltinModule('node:worker_threads');
const nodeEvents = (): typeof EventEmitter => process.getBuiltinModule('node:events').EventEmitter;

/** The threads at work on one study. */
class Threads {
  private readonly work: Work;
  /** The worker of each lane. */
  private readonly workers: readonly NodeThreads.Worker[];
  private readonly stop: Int32Array;
  private readonly progress: Float64Array;
  /** Index of the job of each lane; -1: none. */
  private readonly lanes: number[];
  private readonly finished: Finished = { runs: 0, events: 0 };
  private next = 0;

  constructor(work: Work, size: number, workerUrl: URL) {
    this.work = work;
    this.stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.progress = new Float64Array(
      new SharedArrayBuffer(size * PROGRESS_FIELDS * Float64Array.BYTES_PER_ELEMENT),
    );
    this.lanes = new Array<number>(size).fill(-1);
    const setup: WorkerSetup = {
      plans: work.plans,
      options: work.options,
      stop: this.stop.buffer as SharedArrayBuffer,
      progress: this.progress.buffer as SharedArrayBuffer,
    };
    const { Worker } = nodeThreads();
    this.workers = this.lanes.map(() => new Worker(workerUrl, { workerData: setup }));
  }

  /** Does all jobs: each lane takes the next one as soon as it is free. */
  async run(): Promise<void> {
    const { signal, onProgress } = this.work;
    const requestStop = (): void => this.requestStop();
    signal?.addEventListener('abort', requestStop, { once: true });
    const timer =
      onProgress === undefined ? undefined : setInterval(() => this.tell(), PROGRESS_PERIOD_MS);
    try {
      const outcomes = await Promise.allSettled(this.lanes.map((_, lane) => this.runLane(lane)));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', requestStop);
      await Promise.all(this.workers.map((worker) => worker.terminate()));
    }
  }

  private get isStopped(): boolean {
    return Atomics.load(this.stop, 0) !== 0;
  }

  private requestStop(): void {
    Atomics.store(this.stop, 0, 1);
  }

  private async runLane(lane: number): Promise<void> {
    const { jobs } = this.work;
    while (this.next < jobs.length && !this.isStopped) {
      const index = this.next;
      this.next += 1;
      this.lanes[lane] = index;
      this.progress.fill(0, lane * PROGRESS_FIELDS, (lane + 1) * PROGRESS_FIELDS);
      await this.runJob(index, lane);
    }
    this.lanes[lane] = -1;
  }

  private async runJob(index: number, lane: number): Promise<void> {
    const { jobs, plans, onFinished } = this.work;
    const job = jobs[index]!;
    const task: WorkerTask = { lane, job };
    const identity = { ...job, variant: plans[job.plan]!.variant };
    let answer: WorkerAnswer;
    try {
      answer = await this.answerTo(task);
    } catch (error) {
      // The thread itself ended: out of memory, for instance.
      this.requestStop();
      throw new RunFailure(identity, error);
    }
    if (answer.kind === 'failed') {
      this.requestStop();
      const cause = new Error(answer.message);
      cause.stack = answer.stack;
      throw new RunFailure(identity, cause);
    }
    if (answer.kind === 'unreadable') {
      this.requestStop();
      throw new SourceError(answer.reason);
    }
    if (answer.kind === 'stopped') return;
    this.finished.runs += 1;
    this.finished.events += answer.result.totals.events;
    // Counted above from here on.
    this.lanes[lane] = -1;
    onFinished(index, answer.result);
  }

  /** Rejects where the thread itself ends. */
  private async answerTo(task: WorkerTask): Promise<WorkerAnswer> {
    const worker = this.workers[task.lane]!;
    worker.postMessage(task);
    const [answer] = (await nodeEvents().once(worker, 'message')) as [WorkerAnswer];
    return answer;
  }

  /** Reads the shared progress of all lanes and tells it. */
  private tell(): void {
    const { jobs, onProgress } = this.work;
    let { events } = this.finished;
    let share = this.finished.runs;
    let ahead = { index: Math.max(0, this.next - 1), part: -1, simulatedNs: 0, endNs: 0 };
    for (const [lane, index] of this.lanes.entries()) {
      if (index === -1) continue;
      const row = lane * PROGRESS_FIELDS;
      const simulatedNs = this.progress[row + 1]!;
      const endNs = this.progress[row + 2]!;
      const part = endNs > 0 ? Math.min(1, simulatedNs / endNs) : 0;
      events += this.progress[row]!;
      share += part;
      if (part > ahead.part) ahead = { index, part, simulatedNs, endNs };
    }
    onProgress?.({
      finished: this.finished.runs,
      jobs: jobs.length,
      job: jobs[ahead.index]!,
      simulatedNs: ahead.simulatedNs,
      endNs: ahead.endNs,
      share: share / jobs.length,
      events,
    });
  }
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
      await new Threads(work, size, options.workerUrl).run();
    },
  };
}

/**
 * What all threads of a study see: the runs to do and which is next, whether to end, and how far each has come. It lies
 * in shared memory, so whoever is free takes the next run without asking, and the thread that tells how far the work
 * is need not be told.
 *
 * Jobs are written before a thread has the board, and never again. Marks are touched by atomic operations alone, so that each
 * run is taken once. Each thread has a seat; how far that is, it writes without any: who looks meanwhile may see columns of two
 * moments, which is good enough to show.
 */
import type { RunJob } from './executor.ts';

/** A board as it travels to a thread. */
export interface BoardMemory {
  readonly jobs: SharedArrayBuffer;
  readonly marks: SharedArrayBuffer;
  readonly progress: SharedArrayBuffer;
}

/** How far one thread is. Runs and events grow, but for a run that starts again as the express lane gave up. */
export interface SeatProgress {
  /** The run that it is at; null: none. */
  readonly index: number | null;
  /** Runs that it has done, and the share that is done of the one that it is at. */
  readonly runs: number;
  /** Events fired in all of these. */
  readonly events: number;
  /** Simulated time of the run that it is at, and its end, in nanoseconds. */
  readonly simulatedNs: number;
  readonly endNs: number;
}

/** What a thread knows of the run that it is at. */
type RunProgress = Pick<SeatProgress, 'events' | 'simulatedNs' | 'endNs'>;

// Marks, Int32 each: the next run, whether to end, and of each seat the run that it is at.
const NEXT = 0;
const STOPPED = 1;
const SEATS = 2;
const NO_RUN = -1;

/** Doubles of each job: plan, replication, seed. */
const JOB_FIELDS = 3;

/** Doubles of each seat: runs, events, simulated time, end. */
const FIELDS = 4;

export class JobBoard {
  readonly memory: BoardMemory;
  /** How many runs there are. */
  readonly runs: number;
  private readonly jobs: Float64Array;
  private readonly marks: Int32Array;
  private readonly progress: Float64Array;
  private takenAtStop: number | null = null;

  constructor(memory: BoardMemory) {
    this.memory = memory;
    this.jobs = new Float64Array(memory.jobs);
    this.runs = this.jobs.length / JOB_FIELDS;
    this.marks = new Int32Array(memory.marks);
    this.progress = new Float64Array(memory.progress);
  }

  /** A board of these runs, for so many threads: a seat each. */
  static of(jobs: readonly RunJob[], seats: number): JobBoard {
    const board = new JobBoard({
      jobs: new SharedArrayBuffer(jobs.length * JOB_FIELDS * Float64Array.BYTES_PER_ELEMENT),
      marks: new SharedArrayBuffer((SEATS + seats) * Int32Array.BYTES_PER_ELEMENT),
      progress: new SharedArrayBuffer(seats * FIELDS * Float64Array.BYTES_PER_ELEMENT),
    });
    for (const [index, { plan, replication, seed }] of jobs.entries()) {
      board.jobs.set([plan, replication, seed], index * JOB_FIELDS);
    }
    board.marks.fill(NO_RUN, SEATS);
    return board;
  }

  /** Takes the next run for a seat: its index. Null: there is none, or the work is to end. */
  take(seat: number): number | null {
    const index = Atomics.add(this.marks, NEXT, 1);
    const isThere = index < this.runs;
    Atomics.store(this.marks, SEATS + seat, isThere ? index : NO_RUN);
    return isThere ? index : null;
  }

  /** What a run is to be. */
  job(index: number): RunJob {
    const [plan, replication, seed] = this.jobs.subarray(index * JOB_FIELDS);
    return { plan: plan!, replication: replication!, seed: seed! };
  }

  /** The run that a seat has taken and not brought to its end. */
  runOf(seat: number): number | null {
    const index = Atomics.load(this.marks, SEATS + seat);
    return index === NO_RUN ? null : index;
  }

  /** How many runs were taken so far. */
  get taken(): number {
    return this.takenAtStop ?? Math.min(Atomics.load(this.marks, NEXT), this.runs);
  }

  /** From now on nobody takes any, and those that were taken are dropped. For one thread only: it knows what was taken. */
  stop(): void {
    if (this.isStopped) return;
    this.takenAtStop = Math.min(Atomics.exchange(this.marks, NEXT, this.runs), this.runs);
    Atomics.store(this.marks, STOPPED, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.marks, STOPPED) !== 0;
  }

  /** Says how far a seat is with a run, and what it had done before. */
  tell(seat: number, { events, simulatedNs, endNs }: RunProgress, before: Done): void {
    const row = seat * FIELDS;
    const part = endNs > 0 ? Math.min(1, simulatedNs / endNs) : 0;
    this.progress[row] = before.runs + part;
    this.progress[row + 1] = before.events + events;
    this.progress[row + 2] = simulatedNs;
    this.progress[row + 3] = endNs;
  }

  /** How far a seat is. */
  progressOf(seat: number): SeatProgress {
    const [runs, events, simulatedNs, endNs] = this.progress.subarray(seat * FIELDS);
    return {
      index: this.runOf(seat),
      runs: runs!,
      events: events!,
      simulatedNs: simulatedNs!,
      endNs: endNs!,
    };
  }
}

/** What a seat has done. */
export interface Done {
  readonly runs: number;
  readonly events: number;
}

/**
 * Whether a run is what docs/determinism.md says: done twice, event by event, it takes the same way; and so does what
 * does without events (the express lane), and a thread.
 */
import type { Plan } from '../contract/plan.ts';
import type { RunResult } from '../contract/result.ts';
import type { EventQueue } from '../engine/event-queue.ts';
import { WatchedQueue, type FiredEvent } from '../engine/watched-queue.ts';
import type { Run } from '../world/simulate.ts';
import { startRun, startWatchedRun } from './start-run.ts';
import type { WorkerSource } from './executors/worker-pool.ts';

/** Events between two comparisons. */
const SLICE_EVENTS = 4096;

/** Sets up a run with this queue. */
export type StartRun = (queue: EventQueue) => Run;

/** What fired first on either side that did not on the other; null: nothing more. */
export interface Divergence {
  readonly first: FiredEvent | null;
  readonly second: FiredEvent | null;
}

/** What a check found. */
export type Determinism =
  | {
      readonly kind: 'same';
      readonly events: number;
      readonly fingerprint: RunResult['fingerprint'];
      /** What else came to the same. */
      readonly also: readonly ('express lane' | 'thread')[];
    }
  | { readonly kind: 'events differ'; readonly divergence: Divergence }
  | {
      readonly kind: 'results differ';
      /** Who is held against the run by events. */
      readonly who: 'second run' | 'express lane' | 'thread';
      readonly fingerprints: readonly [RunResult['fingerprint'], RunResult['fingerprint']];
    }
  | { readonly kind: 'interrupted' };

export interface DeterminismOptions {
  /** More than one: a thread is tried, too, which needs `workers`. */
  readonly jobs?: number;
  readonly workers?: WorkerSource | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Checks the first replication of a plan. */
export async function checkDeterminism(
  plan: Plan,
  { jobs = 1, workers, signal }: DeterminismOptions = {},
): Promise<Determinism> {
  const start: StartRun = (queue) => startWatchedRun(plan, plan.seed, queue);
  const pair = new Pair(start, start);
  while (!pair.isDone) {
    const divergence = pair.advance();
    if (divergence !== null) return { kind: 'events differ', divergence };
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted === true) return { kind: 'interrupted' };
  }
  const [result, again] = pair.results();
  const { fingerprint } = result;
  const differs = (
    who: 'second run' | 'express lane' | 'thread',
    other: RunResult,
  ): Determinism => ({
    kind: 'results differ',
    who,
    fingerprints: [fingerprint, other.fingerprint],
  });
  if (!isSame(result, again)) return differs('second run', again);

  const also: ('express lane' | 'thread')[] = [];
  const fast = startRun(plan, plan.seed);
  if (fast.isExpress) {
    while (!fast.advance(Infinity));
    const express = fast.result();
    if (!isSame(result, express)) return differs('express lane', express);
    // One that has given up has gone by events, too.
    if (fast.isExpress) also.push('express lane');
  }
  if (jobs > 1 && workers !== undefined) {
    const threaded = await runOnThread(plan, workers, signal);
    if (threaded === null) return { kind: 'interrupted' };
    if (!isSame(result, threaded)) return differs('thread', threaded);
    also.push('thread');
  }
  return { kind: 'same', events: result.totals.events, fingerprint, also };
}

/** Where two runs first differ; null: nowhere. */
export function firstDivergence(first: StartRun, second: StartRun): Divergence | null {
  const pair = new Pair(first, second);
  while (!pair.isDone) {
    const divergence = pair.advance();
    if (divergence !== null) return divergence;
  }
  return null;
}

/** Two runs in lock step. */
class Pair {
  private readonly first: Side;
  private readonly second: Side;

  constructor(first: StartRun, second: StartRun) {
    this.first = new Side(first);
    this.second = new Side(second);
  }

  get isDone(): boolean {
    return this.first.isDone && this.second.isDone;
  }

  /** Goes on for a while, and returns where the two part; null: so far they have not. */
  advance(): Divergence | null {
    const { first, second } = this;
    first.advance();
    second.advance();
    while (first.next !== null && second.next !== null) {
      if (!isSameEvent(first.next, second.next)) return this.divergence;
      first.drop();
      second.drop();
    }
    const isOver =
      (first.isExhausted && second.next !== null) || (second.isExhausted && first.next !== null);
    if (isOver) return this.divergence;
    first.rethrow();
    second.rethrow();
    return null;
  }

  /** Of both, once they are done. */
  results(): readonly [RunResult, RunResult] {
    return [this.first.result(), this.second.result()];
  }

  private get divergence(): Divergence {
    return { first: this.first.next, second: this.second.next };
  }
}

/** One of two runs, and those of its events that the other has not been seen to have. */
class Side {
  isDone: boolean = false;
  private readonly queue: WatchedQueue = new WatchedQueue();
  private readonly run: Run;
  private events: FiredEvent[] = [];
  private at = 0;
  private error: unknown = null;

  constructor(start: StartRun) {
    this.run = start(this.queue);
  }

  get next(): FiredEvent | null {
    return this.events[this.at] ?? null;
  }

  /** Nothing of it is left. */
  get isExhausted(): boolean {
    return this.isDone && this.next === null;
  }

  drop(): void {
    this.at++;
  }

  advance(): void {
    if (this.isDone) return;
    try {
      this.isDone = this.run.advance(SLICE_EVENTS);
    } catch (error) {
      // Where the two have parted before, that comes first.
      this.error = error;
      this.isDone = true;
    }
    this.events = [...this.events.slice(this.at), ...this.queue.take()];
    this.at = 0;
  }

  rethrow(): void {
    if (this.error !== null) throw this.error;
  }

  result(): RunResult {
    return this.run.result();
  }
}

const isSameEvent = (a: FiredEvent, b: FiredEvent): boolean =>
  a.at === b.at && a.id === b.id && a.kind === b.kind;

const isSame = ({ fingerprint: a }: RunResult, { fingerprint: b }: RunResult): boolean =>
  a.trajectory === b.trajectory && a.result === b.result;

async function runOnThread(
  plan: Plan,
  workers: WorkerSource,
  signal: AbortSignal | undefined,
): Promise<RunResult | null> {
  const { createThreads } = await import('./executors/threads.ts');
  const executor = createThreads({ workers, size: 1, joins: false });
  let found: RunResult | null = null;
  await executor.execute({
    plans: [plan],
    jobs: [{ plan: 0, replication: 0, seed: plan.seed }],
    options: {},
    signal,
    onFinished: (_, result) => {
      found = result;
    },
  });
  return found;
}

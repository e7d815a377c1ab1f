/**
 * The only door into a run: a plan and a seed in, a result out. Synchronous and pure, so the same call
 * runs inline, on a worker thread, or in a browser.
 */
import { InvariantError, assert } from '../base/assert.ts';
import type { Instant } from '../base/time.ts';
import type { Plan } from '../contract/plan.ts';
import type { RunOptions, RunResult } from '../contract/result.ts';
import type { EventQueue } from '../engine/event-queue.ts';
import { isQuiet } from './express/eligibility.ts';
import { ExpressLane } from './express/lane.ts';
import { collect } from './measure/collect.ts';
import { World } from './world.ts';

/** Events fired per call of the queue's loop: a small function called often is compiled well. */
const SLICE = 1 << 12;
/** How long a run may go on after its end for requests that have not ended, beyond its own length, in ns. */
const DRAIN_LIMIT_NS = 1000e9;

/** A run that is done in slices, for those who must look up now and then. */
export interface Run {
  /** Fires up to about `events` events. True: the run has finished. */
  advance(events: number): boolean;
  /** The clock, ns, and where the measurement ends. */
  readonly simulatedNs: number;
  readonly endNs: number;
  /** Events fired so far. */
  readonly events: number;
  /** Whether requests go by the express lane: see express/lane.ts. */
  readonly isExpress: boolean;
  /** The result of a run that has finished. */
  result(): RunResult;
}

/** How a run is done. It finds the same either way. */
export type Way = 'fastest' | 'by events';

/** Runs a plan from start to end. Throws InvariantError, and nothing else, for a bug of ours. */
export function simulate(
  plan: Plan,
  seed: number,
  options: RunOptions = {},
  way: Way = 'fastest',
): RunResult {
  const run = startRun(plan, seed, options, way);
  while (!run.advance(Infinity));
  return run.result();
}

/** Sets up a run without firing anything. */
export function startRun(
  plan: Plan,
  seed: number,
  options: RunOptions = {},
  way: Way = 'fastest',
): Run {
  return new ClusterRun(plan, seed, options, { way });
}

/** The same by events, with a queue of the caller's, who watches what fires. */
export function startWatchedRun(
  plan: Plan,
  seed: number,
  queue: EventQueue,
  options: RunOptions = {},
): Run {
  return new ClusterRun(plan, seed, options, { way: 'by events', queue });
}

class ClusterRun implements Run {
  private world: World;
  /** Requests of a quiet run; null: they are events like everything else. */
  private lane: ExpressLane | null;
  private readonly options: RunOptions;
  private readonly drainEnd: number;
  private finished = false;

  constructor(
    plan: Plan,
    seed: number,
    options: RunOptions,
    { way, queue }: { readonly way: Way; readonly queue?: EventQueue },
  ) {
    this.options = options;
    this.world = guard(seed, 0, () => new World(plan, seed, options, queue));
    this.lane =
      way === 'fastest' && isQuiet(plan, options) ? new ExpressLane(this.world, false) : null;
    this.drainEnd = 2 * this.world.horizon + DRAIN_LIMIT_NS;
  }

  get simulatedNs(): number {
    return this.world.queue.now;
  }

  get endNs(): number {
    return this.world.horizon;
  }

  get isExpress(): boolean {
    return this.lane !== null;
  }

  get events(): number {
    return this.world.queue.fired;
  }

  advance(events: number): boolean {
    guard(this.world.seed, this.world.queue, () => {
      for (let left = events; left > 0 && !this.finished; left -= SLICE) this.slice();
    });
    return this.finished;
  }

  result(): RunResult {
    assert(this.finished, 'the result of a run was asked for before its end');
    return guard(this.world.seed, this.world.queue, () =>
      collect(this.world, this.options.replication ?? 0),
    );
  }

  /** Up to the end of the measurement in slices, and then until every request has ended. */
  private slice(): void {
    if (this.world.queue.now < this.world.horizon) this.measure();
    else this.drain();
    if (this.lane?.gaveUp === true) this.startAgain();
  }

  private measure(): void {
    const { queue, horizon } = this.world;
    // What happens at the end itself, such as the close of windows, still belongs to it.
    const fired = (this.lane ?? queue).run(SLICE, horizon + 1);
    if (fired < SLICE && queue.now < horizon && this.lane?.gaveUp !== true)
      queue.advanceTo(horizon as Instant);
  }

  private drain(): void {
    const { queue, horizon } = this.world;
    if (this.lane !== null) {
      this.lane.drain(this.drainEnd);
      this.finished = true;
      return;
    }
    for (let i = 0; i < SLICE; i++) {
      if (queue.now >= horizon && this.world.inSystem === 0) {
        if (queue.run(1, horizon + 1) === 1) continue;
        this.finished = true;
        return;
      }
      if (queue.run(1, this.drainEnd) === 0) {
        this.finished = true;
        return;
      }
    }
  }

  /** The lane has given up: all is done anew, on a strict lane where the other knew too little, or by events. */
  private startAgain(): void {
    const { plan, seed } = this.world;
    const wasTooLax = this.lane?.wasTooLax === true;
    this.world = new World(plan, seed, this.options);
    this.lane = wasTooLax ? new ExpressLane(this.world, true) : null;
    this.finished = false;
  }
}

/** Adds seed and simulated time to an invariant that broke. */
function guard<T>(seed: number, queue: { readonly now: number } | 0, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvariantError)) throw error;
    const at = queue === 0 ? 'before the first event' : `at ${queue.now} ns`;
    throw new InvariantError(`${error.message} (seed ${seed}, ${at})`, { cause: error });
  }
}

/**
 * What is measured while a run goes on: requests by the window in which they were due, intervals of the
 * timeline, requests in the system, programming latency. Its memory does not grow with requests.
 */
import { assert } from '../../base/assert.ts';
import { ERROR_CAUSES, type ErrorCause, type Plan } from '../../contract/plan.ts';
import { PHASE_CONTROL, SimEvent, type EventQueue } from '../../engine/event-queue.ts';
import { Histogram } from '../../stats/histogram.ts';
import type { Attempt } from '../traffic/attempt.ts';
import type { ClientTally } from './client-tally.ts';
import { StepArea } from './step-area.ts';

const CAUSE_INDEX: ReadonlyMap<ErrorCause, number> = new Map(
  ERROR_CAUSES.map((cause, index) => [cause, index]),
);

/** Sub-buckets per octave of an interval's histogram, as a power of two. */
const INTERVAL_PRECISION = 6;

export class IntervalTally {
  requests: number = 0;
  errors: number = 0;
  readonly latency: Histogram = new Histogram(INTERVAL_PRECISION);
  /** Noted at its end. */
  readyPods: number = 0;
}

/** Told when a window begins or ends, so that averages over time can be taken. */
export interface WindowObserver {
  windowBegins(window: number): void;
  windowEnds(window: number): void;
  /** Ready pods now. */
  readyPods(): number;
}

export class Measurement {
  /** Windows that are open now: indices into the plan's. A new array whenever it changes. */
  current: readonly number[] = [];
  readonly intervals: IntervalTally[] = [];
  readonly inSystem: StepArea = new StepArea();
  syncs: number = 0;
  programmingCount: number = 0;
  programmingSum: number = 0;
  programmingMax: number = 0;

  private readonly queue: EventQueue;
  private readonly from: number;
  private readonly to: number;
  private readonly interval: number;
  /** The parts of the latency at hand, by LATENCY_PARTS. */
  private readonly parts: Float64Array = new Float64Array(9);

  constructor(plan: Plan, queue: EventQueue) {
    this.queue = queue;
    this.from = plan.warmUp;
    this.to = plan.warmUp + plan.duration;
    this.interval = plan.interval;
    const count = Math.ceil(plan.duration / plan.interval);
    for (let i = 0; i < count; i++) this.intervals.push(new IntervalTally());
  }

  /** Opens and closes the windows of the plan, and ends its intervals, as time goes by. */
  observe(plan: Plan, observer: WindowObserver): void {
    plan.windows.forEach(({ from, to }, window) => {
      this.at(from, () => {
        this.current = [...this.current, window].sort((a, b) => a - b);
        observer.windowBegins(window);
      });
      this.at(to, () => {
        this.current = this.current.filter((open) => open !== window);
        observer.windowEnds(window);
      });
    });
    this.intervals.forEach((tally, i) => {
      this.at(Math.min(this.from + (i + 1) * this.interval, this.to), () => {
        tally.readyPods = observer.readyPods();
      });
    });
  }

  /** A request is issued now. Returns the windows in which it is due. */
  issued(tally: ClientTally): readonly number[] {
    this.inSystem.add(1, this.queue.now);
    const { current } = this;
    for (let i = 0; i < current.length; i++) tally.windows[current[i]].issued++;
    return current;
  }

  /** A request ends now, well (null) or with a cause. */
  ended(tally: ClientTally, attempt: Attempt, cause: ErrorCause | null): void {
    const { now } = this.queue;
    this.inSystem.add(-1, now);
    const latency = now - attempt.due;
    const { parts } = this;
    attempt.partsInto(parts);
    let sum = 0;
    for (let i = 0; i < parts.length; i++) sum += parts[i];
    assert(sum === latency, 'the parts of a latency do not add up to it');
    const { windows } = attempt;
    if (windows.length === 0) return;
    tally.parts.record(latency, parts);
    const interval = this.intervals[Math.floor((attempt.due - this.from) / this.interval)];
    interval.requests++;
    interval.latency.record(latency);
    for (let i = 0; i < windows.length; i++) {
      const window = tally.windows[windows[i]];
      window.attempts += attempt.tries;
      window.latency.record(latency);
      if (cause === null) window.succeeded++;
      else window.errors[CAUSE_INDEX.get(cause)!]++;
    }
    if (cause !== null) interval.errors++;
  }

  /** A kube-proxy has put a change in force `latency` ns after its cause. */
  programmed(latency: number): void {
    this.programmingCount++;
    this.programmingSum += latency;
    if (latency > this.programmingMax) this.programmingMax = latency;
  }

  private at(instant: number, act: () => void): void {
    this.queue.schedule(new Note(this.queue, act), instant, PHASE_CONTROL);
  }
}

/** Something noted at an instant, before anything else happens at it. */
class Note extends SimEvent {
  private readonly act: () => void;

  constructor(queue: EventQueue, act: () => void) {
    super(queue);
    this.act = act;
  }

  override fire(): void {
    this.act();
  }
}

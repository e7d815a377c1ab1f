/**
 * What is measured while a run goes on: requests by the window in which they were due, intervals of the
 * timeline, requests in the system, network programming latency. Its memory does not grow with requests.
 */
import { assert } from '../../base/assert.ts';
import type { ErrorCause, Plan } from '../../contract/plan.ts';
import { PHASE_CONTROL, SimEvent, type EventQueue } from '../../engine/event-queue.ts';
import { Sample } from '../../stats/sample.ts';
import type { Pod } from '../cluster/pod.ts';
import type { ClientTally } from './client-tally.ts';
import { IntervalTally } from './interval-tally.ts';
import { NO_WINDOWS, type OpenWindows } from './open-windows.ts';
import { ProgrammingTally, type Announcement } from './programming-tally.ts';
import type { RequestWitness } from './rollout-book.ts';
import type { ServedBatch } from './served-batch.ts';
import { StepArea } from './step-area.ts';
import { WindowSpans } from './window-spans.ts';

/** Told when a window begins or ends, so that averages over time can be taken. */
export interface WindowObserver {
  windowBegins(window: number): void;
  windowEnds(window: number): void;
  /** Ready pods now. */
  readyPods(): number;
}

/** What is measured of a request that has ended. */
export interface EndedRequest {
  /** When it was due, ns, and in which windows. */
  readonly due: number;
  readonly windows: OpenWindows;
  /** Attempts made. */
  readonly tries: number;
  /** Its time by cause, in ns, by LATENCY_PARTS. */
  readonly parts: Float64Array;
  /** Of one that has failed: why, as an index into FAILURE_REASONS; and why there was no further try, into RETRY_ENDS. */
  readonly reason: number;
  readonly retryEnd: number;
  /** The pod that the last attempt was sent to, or would have been; null: none. */
  readonly meantFor: Pod | null;
}

export class Measurement {
  /** Windows that are open now. */
  current: OpenWindows = NO_WINDOWS;
  readonly intervals: IntervalTally[] = [];
  readonly inSystem: StepArea = new StepArea();
  readonly programming: ProgrammingTally;
  readonly spans: WindowSpans;
  /** Syncs that succeeded, and that failed. */
  syncs: number = 0;
  syncFailures: number = 0;

  private readonly queue: EventQueue;
  private observer: WindowObserver | null = null;
  /** The latency of the request that has just ended. */
  private readonly sample: Sample = new Sample();
  private readonly from: number;
  private readonly to: number;
  private readonly interval: number;

  constructor(plan: Plan, queue: EventQueue) {
    this.queue = queue;
    this.spans = new WindowSpans(plan.windows);
    this.programming = new ProgrammingTally(plan.windows, this.spans);
    this.from = plan.warmUp;
    this.to = plan.warmUp + plan.duration;
    this.interval = plan.interval;
    const count = Math.ceil(plan.duration / plan.interval);
    for (let i = 0; i < count; i++) this.intervals.push(new IntervalTally());
  }

  /** Opens and closes the windows of the plan, and ends its intervals, as time goes by. */
  observe(plan: Plan, observer: WindowObserver): void {
    this.observer = observer;
    const notes: Note[] = [];
    plan.windows.forEach(({ from, to }, window) => {
      if (window === 0) notes.push({ at: this.from, take: () => this.begin() });
      else if (from !== null) notes.push({ at: from, take: () => this.enter(window) });
      // Those of actions that never end close with the measurement.
      notes.push({ at: to ?? this.to, take: () => this.close(window) });
    });
    this.intervals.forEach((tally, i) => {
      notes.push({
        at: Math.min(this.from + (i + 1) * this.interval, this.to),
        take: () => {
          tally.readyPods = observer.readyPods();
          const next = this.intervals[i + 1];
          if (next !== undefined) this.current = this.current.in(next);
        },
      });
    });
    notes.sort((a, b) => a.at - b.at);
    new NoteTaker(this.queue, notes).proceed();
  }

  /** Something begins that holds a window open: see WindowSpans. */
  enter(window: number): void {
    const { now } = this.queue;
    if (now < this.to && this.spans.enter(window, now)) this.opens(window);
  }

  /** It has ended. */
  leave(window: number): void {
    const { now } = this.queue;
    // With the measurement all windows have closed.
    if (now < this.to && this.spans.leave(window, now)) this.closes(window);
  }

  /** The measurement begins, and with it the windows of what goes on by now. */
  private begin(): void {
    const held = this.spans.begin(this.queue.now);
    this.enter(0);
    for (const window of held) this.opens(window);
  }

  /** Closes a window, whatever holds it open. */
  private close(window: number): void {
    if (this.spans.end(window, this.queue.now)) this.closes(window);
  }

  private opens(window: number): void {
    const { current } = this;
    this.current = window > 0 ? current.and(window) : current.in(this.intervals[0]);
    this.observer!.windowBegins(window);
  }

  private closes(window: number): void {
    const { current } = this;
    this.current = window > 0 ? current.without(window) : current.in(null);
    this.observer!.windowEnds(window);
  }

  /** A request is issued now. Returns the windows in which it is due. */
  issued(tally: ClientTally): OpenWindows {
    this.inSystem.add(1, this.queue.now);
    return this.due(tally);
  }

  /** The same, or of so many, where somebody else keeps the books of what is in the system. */
  due(tally: ClientTally, requests: number = 1): OpenWindows {
    const { current } = this;
    if (current.interval !== null) {
      current.interval.requests += requests;
      tally.all.issued += requests;
    }
    if (current.named !== null) for (const w of current.named) tally.windows[w].issued += requests;
    if (current.witnesses !== null && current.interval !== null) {
      for (const witness of current.witnesses) witness.isDue(tally);
    }
    return current;
  }

  /** A call is made now for a request that was due in these windows, and belongs to them as well. */
  called(tally: ClientTally, windows: OpenWindows): OpenWindows {
    if (windows.interval !== null) tally.all.issued++;
    if (windows.named !== null) for (const w of windows.named) tally.windows[w].issued++;
    if (windows.witnesses !== null && windows.interval !== null) {
      for (const witness of windows.witnesses) witness.isDue(tally);
    }
    return windows;
  }

  /** A request ends now, well (null) or with a cause. */
  ended(tally: ClientTally, request: EndedRequest, cause: ErrorCause | null): void {
    const { now } = this.queue;
    if (tally.counts) this.inSystem.add(-1, now);
    const { parts, windows } = request;
    const latency = now - request.due;
    assert(sumOf(parts) === latency, 'the parts of a latency do not add up to it');
    if (cause === null) this.completed(tally, this.current);
    const { interval } = windows;
    if (interval === null) return;
    const { sample } = this;
    sample.set(latency);
    tally.parts.record(sample, parts);
    tally.all.ended(sample, request, cause);
    if (windows.named !== null) {
      for (const w of windows.named) tally.windows[w].ended(sample, request, cause);
    }
    if (windows.witnesses !== null) {
      for (const witness of windows.witnesses) witness.hasEnded(tally, request, cause);
    }
    if (tally.counts) interval.ended(sample, cause !== null);
  }

  /** A request, or so many, have succeeded while these windows were open. */
  completed(tally: ClientTally, { interval, named }: OpenWindows, requests: number = 1): void {
    if (interval !== null) tally.all.completed += requests;
    if (named !== null) for (const w of named) tally.windows[w].completed += requests;
  }

  /** Requests that were due in these windows have succeeded, while nobody else counted. */
  recordAll(tally: ClientTally, batch: ServedBatch, { interval, named }: OpenWindows): void {
    if (interval === null) return;
    const { latencies, waits, stays, others } = batch;
    tally.parts.recordSamples(latencies, waits, stays.values, others);
    tally.all.succeededAll(latencies);
    if (named !== null) for (const w of named) tally.windows[w].succeededAll(latencies);
    interval.succeededAll(latencies);
  }

  /** From now on requests are counted by `witness`, too, and no longer by `before`; null: nobody did. */
  replaceWitness(before: RequestWitness | null, witness: RequestWitness): void {
    const others = (this.current.witnesses ?? []).filter((other) => other !== before);
    this.current = this.current.seenBy([...others, witness]);
  }

  /** What was caused at `causedAt` (ns) is on its way to this many nodes. */
  announced(causedAt: number, nodes: number): Announcement {
    return this.programming.announced(causedAt, nodes);
  }

  /** It is in force on one of them at `at` (ns). */
  programmed(change: Announcement, at: number): void {
    this.programming.inForce(change, at);
  }

  /** A kube-proxy has ended a sync. */
  synced(succeeded: boolean): void {
    if (succeeded) this.syncs++;
    else this.syncFailures++;
  }
}

/** Whole nanoseconds, so exact. Written out: as a loop it takes twice as long, and it runs once a request. */
function sumOf(p: Float64Array): number {
  return p[0] + p[1] + p[2] + p[3] + p[4] + p[5] + p[6] + p[7] + p[8];
}

/** Something to be noted at an instant, before anything else happens at it. */
interface Note {
  readonly at: number;
  take(): void;
}

/** Takes notes in their order; only the next one is ever pending. */
class NoteTaker extends SimEvent {
  private readonly queue: EventQueue;
  private readonly notes: readonly Note[];
  private taken = 0;

  constructor(queue: EventQueue, notes: readonly Note[]) {
    super(queue);
    this.queue = queue;
    this.notes = notes;
  }

  proceed(): void {
    const note = this.notes[this.taken];
    if (note !== undefined) this.queue.schedule(this, note.at, PHASE_CONTROL);
  }

  override fire(): void {
    this.notes[this.taken++].take();
    this.proceed();
  }
}

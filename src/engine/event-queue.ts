/**
 * The clock and the pending events of one run.
 *
 * Order is total: events fire by time, then phase, then insertion. An event is a pooled object that
 * knows how to `fire()`; the queue knows it by a number (`id`) and keeps its own books in typed arrays,
 * so that scheduling, firing and cancelling allocate nothing once a run is warm.
 *
 * Delays that vary go to a ladder queue. Constant delays (network hops, timeouts) leave in the
 * order in which they came, so each constant has a *delay line*: a linked FIFO that stands in the ladder as one
 * entry, for its head. Joining, leaving and cancelling cost O(1) there, and a cancelled event is gone
 * at once from either structure.
 */
import { assert } from '../base/assert.ts';
import type { Duration, Instant } from '../base/time.ts';
import { Ladder } from './ladder.ts';

/** What fires first among events of the same instant. */
export const PHASE_CONTROL = 0;
export const PHASE_DATA = 1;
export const PHASE_MEASURE = 2;

/** Sequence numbers stay below this, so that phase × stride + sequence orders by phase, then insertion, exactly. */
const PHASE_STRIDE = 2 ** 51;

const NONE = -1;
/** `line` of an id: in none, or of the entry that stands for a whole line. */
const NO_LINE = -1;
const IS_LINE = -2;

/** Something that happens at an instant. Registered once, scheduled any number of times, pending at most once at a time. */
export abstract class SimEvent {
  /** Its number in the queue's tables. */
  readonly id: number;

  constructor(queue: EventQueue) {
    this.id = queue.register(this);
  }

  /** Called when its time has come; the event is no longer pending then, so it may schedule itself again. */
  abstract fire(): void;
}

/** Events that all wait equally long: a FIFO. Make it with `EventQueue.line`. */
export class DelayLine extends SimEvent {
  readonly delay: Duration;
  readonly index: number;
  readonly orderBase: number;
  head: number = NONE;
  tail: number = NONE;

  constructor(queue: EventQueue, index: number, delay: Duration, phase: number) {
    super(queue);
    this.index = index;
    this.delay = delay;
    this.orderBase = phase * PHASE_STRIDE;
  }

  override fire(): void {
    assert(false, 'a delay line fired itself instead of its head');
  }
}

export class EventQueue {
  /** The instant of the event that fires now. */
  now: Instant = 0 as Instant;
  /** Events fired so far. */
  fired: number = 0;

  /** Digest of the trajectory: time and event of everything fired, in two 32-bit lanes. */
  private digestA = 0x1234567;
  private digestB = 0x2545f491;

  private sequence = 0;
  private readonly events: SimEvent[] = [];
  private readonly lines: DelayLine[] = [];
  private readonly ladder: Ladder = new Ladder();

  // By id: the line in which it waits and its neighbours there.
  private lineOf: Int32Array = new Int32Array(64).fill(NO_LINE);
  private next: Int32Array = new Int32Array(64);
  private previous: Int32Array = new Int32Array(64);

  /** Called by the constructor of SimEvent. */
  register(event: SimEvent): number {
    const id = this.events.length;
    this.events.push(event);
    this.ladder.reserve(id + 1);
    if (id === this.lineOf.length) this.growTables();
    if (event instanceof DelayLine) this.lineOf[id] = IS_LINE;
    return id;
  }

  /** Entries in the ladder: one an event that waits by itself, one a line that anybody waits in. */
  get ladderSize(): number {
    return this.ladder.size;
  }

  isPending(event: SimEvent): boolean {
    return this.lineOf[event.id] !== NO_LINE || this.ladder.has(event.id);
  }

  /** Schedules `event` to fire at `at` (whole ns), which must not lie in the past. */
  schedule(event: SimEvent, at: number, phase: number = PHASE_DATA): void {
    const { id } = event;
    const { ladder } = this;
    assert(!this.isPending(event), 'an event was scheduled while it was pending');
    assert(at >= this.now, 'an event was scheduled in the past');
    ladder.times[id] = at;
    ladder.orders[id] = phase * PHASE_STRIDE + this.sequence++;
    ladder.add(id);
  }

  /** The line for a constant delay; one a delay and phase, so equal delays share it. */
  line(delay: Duration, phase: number = PHASE_DATA): DelayLine {
    const orderBase = phase * PHASE_STRIDE;
    for (const line of this.lines) {
      if (line.delay === delay && line.orderBase === orderBase) return line;
    }
    const line = new DelayLine(this, this.lines.length, delay, phase);
    this.lines.push(line);
    return line;
  }

  /** Schedules `event` to fire when the delay of `line` has passed. */
  scheduleIn(line: DelayLine, event: SimEvent): void {
    const { id } = event;
    const { ladder } = this;
    assert(!this.isPending(event), 'an event was scheduled while it was pending');
    ladder.times[id] = this.now + line.delay;
    ladder.orders[id] = line.orderBase + this.sequence++;
    this.lineOf[id] = line.index;
    const { tail } = line;
    this.previous[id] = tail;
    this.next[id] = NONE;
    line.tail = id;
    if (tail !== NONE) {
      this.next[tail] = id;
      return;
    }
    line.head = id;
    // After a cancellation the line may still stand in the ladder, too early: it is put right when its turn comes.
    if (!ladder.has(line.id)) this.enter(line);
  }

  /** Takes a pending event back; one that is not pending stays as it is. */
  cancel(event: SimEvent): void {
    const { id } = event;
    const line = this.lineOf[id];
    if (line !== NO_LINE) this.leaveLine(this.lines[line], id);
    else if (this.ladder.has(id)) this.ladder.remove(id);
  }

  /**
   * Fires at most `limit` events, those before `until` only (an event at `until` does not fire).
   * Returns how many fired; fewer than `limit` means that nothing is left before `until`.
   */
  run(limit: number, until: number): number {
    const start = this.fired;
    const end = start + limit;
    while (this.fired < end && this.ladder.firstTime() < until) this.fireNext();
    return this.fired - start;
  }

  /** Moves the clock to `at`, before which nothing is pending. */
  advanceTo(at: Instant): void {
    assert(at >= this.now, 'the clock was set back');
    this.now = at;
  }

  /** Hexadecimal digest of everything that fired, in order. */
  trajectory(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.digestA) + hex(this.digestB);
  }

  private fireNext(): void {
    const { ladder } = this;
    let id = ladder.take();
    if (this.lineOf[id] === IS_LINE) {
      id = this.advance(this.events[id] as DelayLine);
      if (id === NONE) return;
    }
    const time = ladder.times[id];
    this.now = time as Instant;
    this.fired++;
    this.digestA = Math.imul(this.digestA ^ (time | 0), 0x9e3779b1);
    this.digestB = Math.imul(this.digestB ^ id, 0x85ebca6b) + (this.digestA >>> 15);
    this.digestB |= 0;
    this.events[id].fire();
  }

  /**
   * Takes the head of a line whose entry has come up, and enters the next one. NONE: the head for which the
   * entry stood was cancelled, and the entry is put right.
   */
  private advance(line: DelayLine): number {
    const { ladder } = this;
    const { head } = line;
    if (head === NONE) return NONE;
    if (ladder.orders[head] !== ladder.orders[line.id]) {
      this.enter(line);
      return NONE;
    }
    this.leaveLine(line, head);
    if (line.head !== NONE) this.enter(line);
    return head;
  }

  /** Puts a line into the ladder at the key of its head. */
  private enter(line: DelayLine): void {
    const { ladder } = this;
    ladder.times[line.id] = ladder.times[line.head];
    ladder.orders[line.id] = ladder.orders[line.head];
    ladder.add(line.id);
  }

  private leaveLine(line: DelayLine, id: number): void {
    const before = this.previous[id];
    const behind = this.next[id];
    if (before === NONE) line.head = behind;
    else this.next[before] = behind;
    if (behind === NONE) line.tail = before;
    else this.previous[behind] = before;
    this.lineOf[id] = NO_LINE;
  }

  private growTables(): void {
    const length = this.lineOf.length * 2;
    const grown = (old: Int32Array, fill: number): Int32Array => {
      const table = new Int32Array(length).fill(fill);
      table.set(old);
      return table;
    };
    this.lineOf = grown(this.lineOf, NO_LINE);
    this.next = grown(this.next, NONE);
    this.previous = grown(this.previous, NONE);
  }
}

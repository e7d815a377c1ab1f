/**
 * The clock and the pending events of one run.
 *
 * Order is total: events fire by time, then phase, then insertion. An event is a pooled object that
 * knows how to `fire()`; the queue knows it by a number (`id`) and keeps its own books in typed arrays,
 * so that scheduling, firing and cancelling allocate nothing once a run is warm.
 *
 * Two structures share the work. Delays that vary go to a 4-ary heap. Constant delays (network hops,
 * timeouts) leave in the order in which they came, so each constant has a *delay line*: a linked FIFO whose
 * head alone stands in the heap. Joining, leaving and cancelling cost O(1) there, and a cancelled event
 * is gone at once from either structure.
 */
import { assert } from '../base/assert.ts';
import type { Duration, Instant } from '../base/time.ts';

/** What fires first among events of the same instant. */
export const PHASE_CONTROL = 0;
export const PHASE_DATA = 1;
export const PHASE_MEASURE = 2;

/** Sequence numbers stay below this, so that phase × PHASE_STRIDE + sequence orders by phase, then insertion, exactly. */
const PHASE_STRIDE = 2 ** 51;

const ARITY = 4;
/** `where` of an event that is not pending. */
const NOWHERE = -1;

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
export class DelayLine {
  readonly delay: Duration;
  /** Its number; in the heap it stands as -1 - index. */
  readonly index: number;
  readonly orderBase: number;
  head: number = NOWHERE;
  tail: number = NOWHERE;
  /** Whether it stands in the heap, with the key of its head or, after a cancellation, an earlier one. */
  standing: boolean = false;

  constructor(index: number, delay: Duration, phase: number) {
    this.index = index;
    this.delay = delay;
    this.orderBase = phase * PHASE_STRIDE;
  }
}

export class EventQueue {
  /** The instant of the event that fires now. */
  now: Instant = 0 as Instant;
  /** Events fired so far. */
  fired: number = 0;

  /** Digest of the trajectory: two 32-bit lanes over (time, event) of everything fired. */
  private digestA = 0x1234567;
  private digestB = 0x2545f491;

  private sequence = 0;
  private events: SimEvent[] = [];
  private lines: DelayLine[] = [];

  // The heap: keys as pairs (time, order), and who they belong to: an event's id, or -1 - line.
  private keys: Float64Array = new Float64Array(2 * 64);
  private ids: Int32Array = new Int32Array(64);
  private size = 0;
  /** The root was taken and not yet refilled: the next insertion takes its place with one sift. */
  private hole = false;

  // By event id: heap position, or -2 - line where it waits in a line; the line's links and keys.
  private where: Int32Array = new Int32Array(64).fill(NOWHERE);
  private next: Int32Array = new Int32Array(64);
  private previous: Int32Array = new Int32Array(64);
  private lineTime: Float64Array = new Float64Array(64);
  private lineOrder: Float64Array = new Float64Array(64);

  /** Called by the constructor of SimEvent. */
  register(event: SimEvent): number {
    const id = this.events.length;
    this.events.push(event);
    if (id === this.where.length) this.growTables();
    return id;
  }

  /** Events pending now. Counts, so for tests and progress only. */
  get pending(): number {
    let count = 0;
    for (let id = 0; id < this.events.length; id++) if (this.where[id] !== NOWHERE) count++;
    return count;
  }

  /** Entries the heap holds, lines and at most one stale entry a line included. */
  get heapSize(): number {
    return this.hole ? this.size - 1 : this.size;
  }

  isPending(event: SimEvent): boolean {
    return this.where[event.id] !== NOWHERE;
  }

  /** Schedules `event` to fire at `at`, which must not lie in the past. */
  schedule(event: SimEvent, at: number, phase: number = PHASE_DATA): void {
    const id = event.id;
    assert(this.where[id] === NOWHERE, 'an event was scheduled while it was pending');
    assert(at >= this.now, 'an event was scheduled in the past');
    this.insert(at, phase * PHASE_STRIDE + this.sequence++, id);
  }

  /** The line for a constant delay; one a delay and phase, so equal delays share it. */
  line(delay: Duration, phase: number = PHASE_DATA): DelayLine {
    const orderBase = phase * PHASE_STRIDE;
    for (const line of this.lines) {
      if (line.delay === delay && line.orderBase === orderBase) return line;
    }
    const line = new DelayLine(this.lines.length, delay, phase);
    this.lines.push(line);
    return line;
  }

  /** Schedules `event` to fire when the delay of `line` has passed. */
  scheduleIn(line: DelayLine, event: SimEvent): void {
    const id = event.id;
    assert(this.where[id] === NOWHERE, 'an event was scheduled while it was pending');
    const time = this.now + line.delay;
    const order = line.orderBase + this.sequence++;
    this.lineTime[id] = time;
    this.lineOrder[id] = order;
    this.where[id] = -2 - line.index;
    const tail = line.tail;
    this.previous[id] = tail;
    this.next[id] = NOWHERE;
    line.tail = id;
    if (tail === NOWHERE) {
      line.head = id;
      if (!line.standing) {
        line.standing = true;
        this.insert(time, order, -1 - line.index);
      }
    } else {
      this.next[tail] = id;
    }
  }

  /** Takes a pending event back; one that is not pending stays as it is. */
  cancel(event: SimEvent): void {
    const id = event.id;
    const at = this.where[id];
    if (at === NOWHERE) return;
    if (at >= 0) this.removeFromHeap(at);
    else this.removeFromLine(this.lines[-2 - at], id);
    this.where[id] = NOWHERE;
  }

  /**
   * Fires at most `limit` events, those before `until` only (an event at `until` does not fire).
   * Returns how many fired; fewer than `limit` means that nothing is left before `until`.
   */
  run(limit: number, until: number): number {
    let count = 0;
    while (count < limit && this.fireNext(until)) count++;
    return count;
  }

  /** Moves the clock to `at`, where nothing is pending before it. */
  advanceTo(at: Instant): void {
    assert(at >= this.now, 'the clock was set back');
    this.now = at;
  }

  /** Hexadecimal digest of everything that fired, in order. */
  trajectory(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.digestA) + hex(this.digestB);
  }

  private fireNext(until: number): boolean {
    if (this.hole) this.closeHole();
    if (this.size === 0) return false;
    const time = this.keys[0];
    if (time >= until) return false;
    let id = this.ids[0];
    if (id < 0) {
      id = this.takeFromLine(this.lines[-1 - id]);
      if (id === NOWHERE) return this.fireNext(until);
    } else {
      this.openHole();
    }
    this.where[id] = NOWHERE;
    this.now = time as Instant;
    this.fired++;
    this.digestA = Math.imul(this.digestA ^ (time | 0) ^ id, 0x9e3779b1);
    this.digestB = Math.imul((this.digestB << 13) | (this.digestB >>> 19), 5) + (this.digestA ^ id);
    this.digestB |= 0;
    this.events[id].fire();
    return true;
  }

  /**
   * Takes the head of a line whose entry stands at the root, and gives the entry to the next in line.
   * An entry that a cancellation left behind is brought up to date instead: NOWHERE then.
   */
  private takeFromLine(line: DelayLine): number {
    const head = line.head;
    if (head !== NOWHERE && this.lineOrder[head] === this.keys[1]) {
      const following = this.next[head];
      line.head = following;
      if (following === NOWHERE) {
        line.tail = NOWHERE;
        line.standing = false;
        this.openHole();
      } else {
        this.previous[following] = NOWHERE;
        this.siftDown(0, this.lineTime[following], this.lineOrder[following], -1 - line.index);
      }
      return head;
    }
    if (head === NOWHERE) {
      line.standing = false;
      this.openHole();
    } else {
      this.siftDown(0, this.lineTime[head], this.lineOrder[head], -1 - line.index);
    }
    return NOWHERE;
  }

  private removeFromLine(line: DelayLine, id: number): void {
    const before = this.previous[id];
    const behind = this.next[id];
    if (before === NOWHERE) line.head = behind;
    else this.next[before] = behind;
    if (behind === NOWHERE) line.tail = before;
    else this.previous[behind] = before;
  }

  private openHole(): void {
    this.hole = true;
    // Below everything, so that sifting up beneath an open hole never reaches it.
    this.keys[0] = -Infinity;
  }

  private closeHole(): void {
    this.hole = false;
    const last = --this.size;
    if (last > 0) {
      this.siftDown(0, this.keys[2 * last], this.keys[2 * last + 1], this.ids[last]);
    }
  }

  private insert(time: number, order: number, id: number): void {
    if (this.hole) {
      this.hole = false;
      this.siftDown(0, time, order, id);
      return;
    }
    if (this.size === this.ids.length) this.growHeap();
    this.siftUp(this.size++, time, order, id);
  }

  private removeFromHeap(at: number): void {
    const last = --this.size;
    if (at === last) return;
    const time = this.keys[2 * last];
    const order = this.keys[2 * last + 1];
    const id = this.ids[last];
    const parent = (at - 1) >> 2;
    if (at > 0 && this.isBefore(time, order, parent)) this.siftUp(at, time, order, id);
    else this.siftDown(at, time, order, id);
  }

  private isBefore(time: number, order: number, slot: number): boolean {
    const other = this.keys[2 * slot];
    return time < other || (time === other && order < this.keys[2 * slot + 1]);
  }

  private siftUp(from: number, time: number, order: number, id: number): void {
    const keys = this.keys;
    const ids = this.ids;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      if (!this.isBefore(time, order, parent)) break;
      keys[2 * at] = keys[2 * parent];
      keys[2 * at + 1] = keys[2 * parent + 1];
      const moved = ids[parent];
      ids[at] = moved;
      if (moved >= 0) this.where[moved] = at;
      at = parent;
    }
    this.place(at, time, order, id);
  }

  private siftDown(from: number, time: number, order: number, id: number): void {
    const keys = this.keys;
    const ids = this.ids;
    const size = this.size;
    let at = from;
    for (;;) {
      const first = ARITY * at + 1;
      if (first >= size) break;
      let least = first;
      let leastTime = keys[2 * first];
      const end = first + ARITY < size ? first + ARITY : size;
      for (let child = first + 1; child < end; child++) {
        const childTime = keys[2 * child];
        if (
          childTime < leastTime ||
          (childTime === leastTime && keys[2 * child + 1] < keys[2 * least + 1])
        ) {
          least = child;
          leastTime = childTime;
        }
      }
      if (time < leastTime || (time === leastTime && order < keys[2 * least + 1])) break;
      keys[2 * at] = leastTime;
      keys[2 * at + 1] = keys[2 * least + 1];
      const moved = ids[least];
      ids[at] = moved;
      if (moved >= 0) this.where[moved] = at;
      at = least;
    }
    this.place(at, time, order, id);
  }

  private place(at: number, time: number, order: number, id: number): void {
    this.keys[2 * at] = time;
    this.keys[2 * at + 1] = order;
    this.ids[at] = id;
    if (id >= 0) this.where[id] = at;
  }

  private growHeap(): void {
    const keys = new Float64Array(this.keys.length * 2);
    keys.set(this.keys);
    this.keys = keys;
    const ids = new Int32Array(this.ids.length * 2);
    ids.set(this.ids);
    this.ids = ids;
  }

  private growTables(): void {
    const length = this.where.length * 2;
    const grown = (old: Int32Array, fill: number): Int32Array => {
      const table = new Int32Array(length).fill(fill);
      table.set(old);
      return table;
    };
    this.where = grown(this.where, NOWHERE);
    this.next = grown(this.next, 0);
    this.previous = grown(this.previous, 0);
    const time = new Float64Array(length);
    time.set(this.lineTime);
    this.lineTime = time;
    const order = new Float64Array(length);
    order.set(this.lineOrder);
    this.lineOrder = order;
  }
}

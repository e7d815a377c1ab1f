/**
 * Linux' timer wheel (kernel/time/timer.c, since 4.8): levels of 64 buckets, each level eight times as coarse as the one
 * below it. A timer is put into the bucket after its time and never moved down, so that it fires late by
 * up to an eighth of its span, never early. Within a bucket, the timer armed last fires first; of two levels due in one tick, the
 * coarser one.
 *
 * Ticks are 32-bit numbers that wrap around, as jiffies are on 32-bit machines. Timers are numbered by their owner.
 * Nothing happens at a tick by itself: `advance` catches up.
 *
 * Left out: spans above 63 × 2^24 ticks (48 days at 250 ticks a second), which the kernel cuts off.
 */

const LEVELS = 9;
const LEVEL_SHIFT = 3;
const BUCKETS = 64;
/** Spans in ticks below this stay on the lowest level. */
const LOWEST_SPAN = BUCKETS - 1;

/** No timer, no bucket. */
const NONE = -1;

export interface TimerOwner {
  /** Timer number `timer` has fired; it is no longer armed. */
  expired(timer: number): void;
}

export class TimerWheel {
  /** The current tick. */
  tick: number;
  private readonly owner: TimerOwner;
  // Of each timer: its neighbours in the bucket, the bucket, and when it is to fire.
  private next: Int32Array = new Int32Array(0);
  private previous: Int32Array = new Int32Array(0);
  private bucket: Int16Array = new Int16Array(0);
  private expires: Int32Array = new Int32Array(0);
  /** First timer of each bucket, level by level. */
  private readonly heads: Int32Array = new Int32Array(LEVELS * BUCKETS).fill(NONE);
  /** Armed timers of each level. */
  private readonly armed: Int32Array = new Int32Array(LEVELS);
  private count = 0;
  /** The tick at which the next bucket is due, where any timer is armed. */
  private nextDue = 0;

  constructor(owner: TimerOwner, tick: number) {
    this.owner = owner;
    this.tick = tick | 0;
  }

  /** Makes room for timers 0 to `timers` - 1. */
  reserve(timers: number): void {
    const { next, previous, bucket, expires } = this;
    this.next = new Int32Array(timers);
    this.next.set(next);
    this.previous = new Int32Array(timers);
    this.previous.set(previous);
    this.bucket = new Int16Array(timers).fill(NONE);
    this.bucket.set(bucket);
    this.expires = new Int32Array(timers);
    this.expires.set(expires);
  }

  isArmed(timer: number): boolean {
    return this.bucket[timer] !== NONE;
  }

  /** Ticks until the time that an armed timer was set to. */
  remaining(timer: number): number {
    return (this.expires[timer] - this.tick) | 0;
  }

  /**
   * Sets a timer to `span` ticks after `from`, which is now or before; it keeps its place in the bucket if that stays
   * the same. One that is due already fires at the next tick.
   */
  arm(timer: number, span: number, from: number = this.tick): void {
    const expires = (from + span) | 0;
    this.expires[timer] = expires;
    let level = 0;
    for (let limit = LOWEST_SPAN; span >= limit && level < LEVELS - 1; limit <<= LEVEL_SHIFT)
      level++;
    const shift = LEVEL_SHIFT * level;
    const slot = (expires >>> shift) + 1;
    const due = (slot << shift) | 0;
    if (((due - this.tick) | 0) <= 0) {
      this.arm(timer, 0);
      return;
    }
    const bucket = level * BUCKETS + (slot & (BUCKETS - 1));
    const before = this.bucket[timer];
    if (before === bucket) return;
    if (before !== NONE) this.unlink(timer);
    if (this.count++ === 0 || ((due - this.nextDue) | 0) < 0) this.nextDue = due;
    this.armed[level]++;
    const head = this.heads[bucket];
    this.next[timer] = head;
    this.previous[timer] = NONE;
    this.bucket[timer] = bucket;
    if (head !== NONE) this.previous[head] = timer;
    this.heads[bucket] = timer;
  }

  disarm(timer: number): void {
    if (this.isArmed(timer)) this.unlink(timer);
  }

  /** Moves on to `tick`: fires what is due up to and at it, each at its own tick. */
  advance(tick: number): void {
    const target = tick | 0;
    while (this.count > 0 && ((this.nextDue - target) | 0) <= 0) {
      this.tick = this.nextDue;
      this.fire();
      this.findNext();
    }
    this.tick = target;
  }

  /** Fires the buckets that are due at the current tick, the coarsest first. */
  private fire(): void {
    for (let level = LEVELS - 1; level >= 0; level--) {
      const shift = LEVEL_SHIFT * level;
      if ((this.tick & ((1 << shift) - 1)) !== 0) continue;
      const bucket = level * BUCKETS + ((this.tick >>> shift) & (BUCKETS - 1));
      for (let timer = this.heads[bucket]; timer !== NONE; timer = this.heads[bucket]) {
        this.unlink(timer);
        this.owner.expired(timer);
      }
    }
  }

  private findNext(): void {
    let first = true;
    for (let level = 0; level < LEVELS; level++) {
      if (this.armed[level] === 0) continue;
      const shift = LEVEL_SHIFT * level;
      const current = this.tick >>> shift;
      let ahead = 1;
      while (this.heads[level * BUCKETS + ((current + ahead) & (BUCKETS - 1))] === NONE) ahead++;
      const due = ((current + ahead) << shift) | 0;
      if (first || ((due - this.nextDue) | 0) < 0) this.nextDue = due;
      first = false;
    }
  }

  private unlink(timer: number): void {
    const next = this.next[timer];
    const previous = this.previous[timer];
    const bucket = this.bucket[timer];
    if (next !== NONE) this.previous[next] = previous;
    if (previous !== NONE) this.next[previous] = next;
    else this.heads[bucket] = next;
    this.bucket[timer] = NONE;
    this.armed[bucket >> 6]--;
    this.count--;
  }
}

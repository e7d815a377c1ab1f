/**
 * Linux' timer wheel (kernel/time/timer.c, since 4.8): levels of 64 buckets, each level eight times as coarse as the one
 * below it. A timer is put into the bucket after its time and never moved down, so that it fires late by
 * up to an eighth of its span, never early. Within a bucket, the timer armed last fires first; of two levels due in one tick, the
 * coarser one.
 *
 * Ticks are 32-bit numbers that wrap around, as jiffies are on 32-bit machines. Timers are numbered by their owner.
 * Nothing happens at a tick by itself: `advance` catches up.
 *
 * A bucket is a stack of numbers. A timer that goes elsewhere leaves its number behind; what is stale is skipped when the bucket
 * fires, and swept out when it is the larger part.
 *
 * Left out: spans above 63 × 2^24 ticks (48 days at 250 ticks a second), which the kernel cuts off.
 */

const LEVELS = 9;
const LEVEL_SHIFT = 3;
const BUCKETS = 64;
const BUCKET_BITS = 6;
/** Spans in ticks below this stay on the lowest level. */
const LOWEST_SPAN = BUCKETS - 1;
/** No bucket. */
const NONE = -1;
/** Room in a bucket at first. */
const SMALLEST = 8;

export interface TimerOwner {
  /** Timer number `timer` has fired; it is no longer armed. */
  expired(timer: number): void;
}

export class TimerWheel {
  /** The current tick. */
  tick: number;
  private readonly owner: TimerOwner;
  /** The bucket of each timer. */
  private bucketOf: Int16Array = new Int16Array(0);
  /** The stack of each bucket, level by level, and how much of it is in use. */
  private readonly stacks: (Int32Array | undefined)[] = [];
  private readonly lengths: Int32Array = new Int32Array(LEVELS * BUCKETS);
  /** Armed timers in each bucket, and in all. */
  private readonly armed: Int32Array = new Int32Array(LEVELS * BUCKETS);
  private readonly armedAt: Int32Array = new Int32Array(LEVELS);
  private count = 0;
  /** The tick at which the next bucket is due, where any timer is armed. */
  private nextDue = 0;

  constructor(owner: TimerOwner, tick: number) {
    this.owner = owner;
    this.tick = tick | 0;
  }

  /** Makes room for timers 0 to `timers` - 1. */
  reserve(timers: number): void {
    const { bucketOf } = this;
    this.bucketOf = new Int16Array(timers).fill(NONE);
    this.bucketOf.set(bucketOf);
  }

  /**
   * Sets a timer to `span` ticks after `from`, which is now or before; it keeps its place in the bucket if that stays
   * the same. One that is due already fires at the next tick.
   */
  arm(timer: number, span: number, from: number = this.tick): void {
    let level = 0;
    for (let limit = LOWEST_SPAN; span >= limit && level < LEVELS - 1; limit <<= LEVEL_SHIFT)
      level++;
    const shift = LEVEL_SHIFT * level;
    const slot = (((from + span) >>> shift) + 1) | 0;
    const due = slot << shift;
    if (((due - this.tick) | 0) <= 0) {
      this.arm(timer, 0);
      return;
    }
    const bucket = (level << BUCKET_BITS) + (slot & (BUCKETS - 1));
    const before = this.bucketOf[timer];
    if (before === bucket) return;
    if (before !== NONE) this.leave(before);
    if (this.count++ === 0 || ((due - this.nextDue) | 0) < 0) this.nextDue = due;
    this.armedAt[level]++;
    this.armed[bucket]++;
    this.bucketOf[timer] = bucket;
    this.push(bucket, timer);
  }

  disarm(timer: number): void {
    const bucket = this.bucketOf[timer];
    if (bucket === NONE) return;
    this.leave(bucket);
    this.bucketOf[timer] = NONE;
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
      const bucket = (level << BUCKET_BITS) + ((this.tick >>> shift) & (BUCKETS - 1));
      if (this.lengths[bucket] > 0) this.fireBucket(bucket);
    }
  }

  private fireBucket(bucket: number): void {
    const stack = this.stacks[bucket]!;
    for (let at = this.lengths[bucket] - 1; at >= 0; at--) {
      const timer = stack[at];
      if (this.bucketOf[timer] !== bucket) continue;
      this.leave(bucket);
      this.bucketOf[timer] = NONE;
      this.owner.expired(timer);
    }
    this.lengths[bucket] = 0;
  }

  private findNext(): void {
    let first = true;
    for (let level = 0; level < LEVELS; level++) {
      if (this.armedAt[level] === 0) continue;
      const shift = LEVEL_SHIFT * level;
      const current = this.tick >>> shift;
      let ahead = 1;
      while (this.armed[(level << BUCKET_BITS) + ((current + ahead) & (BUCKETS - 1))] === 0)
        ahead++;
      const due = ((current + ahead) | 0) << shift;
      if (first || ((due - this.nextDue) | 0) < 0) this.nextDue = due;
      first = false;
    }
  }

  private leave(bucket: number): void {
    this.armed[bucket]--;
    this.armedAt[bucket >> BUCKET_BITS]--;
    this.count--;
  }

  private push(bucket: number, timer: number): void {
    const stack = this.stacks[bucket];
    const length = this.lengths[bucket];
    if (stack === undefined || length === stack.length) {
      this.makeRoom(bucket);
      this.push(bucket, timer);
      return;
    }
    stack[length] = timer;
    this.lengths[bucket] = length + 1;
  }

  /** Sweeps stale numbers out of a full bucket, and makes it larger where they are less than half. */
  private makeRoom(bucket: number): void {
    const stack = this.stacks[bucket] ?? new Int32Array(0);
    let kept = 0;
    for (const timer of stack) {
      if (this.bucketOf[timer] === bucket) stack[kept++] = timer;
    }
    this.lengths[bucket] = kept;
    if (2 * kept >= stack.length) {
      const larger = new Int32Array(Math.max(SMALLEST, 2 * stack.length));
      larger.set(stack);
      this.stacks[bucket] = larger;
    }
  }
}

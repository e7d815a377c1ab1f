/**
 * Linux' timer wheel (kernel/time/timer.c, since 4.8): levels of 64 buckets, each level eight times as coarse as the one
 * below it. A timer is put into the bucket after its time and never moved down, so that it fires late by
 * up to an eighth of its span, never early. Within a bucket, the timer armed last fires first; of two levels due in one tick, the
 * coarser one.
 *
 * Ticks are 32-bit numbers that wrap around, as jiffies are on 32-bit machines. Timers are numbered by their owner.
 * Nothing happens at a tick by itself: `advance` catches up.
 *
 * A bucket is a list, which a timer joins at its head and leaves from anywhere. Lists are rings through a node that stands for
 * the bucket, so that no timer in them is a special case. Like the kernel, the wheel remembers which buckets
 * somebody has joined: they fire, even if all have left again.
 *
 * Left out: spans above 63 × 2^24 ticks (48 days at 250 ticks a second), which the kernel cuts off.
 */

const LEVELS = 9;
const LEVEL_SHIFT = 3;
const BUCKETS = 64;
const BUCKET_BITS = 6;
/** Nodes of buckets, level by level, come before those of timers. */
const FIRST_TIMER = LEVELS * BUCKETS;
/** Spans in ticks below this stay on the lowest level. */
const LOWEST_SPAN = BUCKETS - 1;
/** No bucket. */
const NONE = -1;

export interface TimerOwner {
  /** Timer number `timer` has fired; it is no longer armed. */
  expired(timer: number): void;
}

export class TimerWheel {
  /** The current tick. */
  tick: number;
  private readonly owner: TimerOwner;
  /** Of node n: the next one in its ring at 2 n, the one before at 2 n + 1. */
  private ring: Int32Array = new Int32Array(2 * FIRST_TIMER);
  /** The bucket of each timer. */
  private bucketOf: Int16Array = new Int16Array(0);
  /** A bit for each bucket that somebody has joined since it fired last. */
  private readonly joined: Int32Array = new Int32Array(FIRST_TIMER / 32);
  /** The tick at which the next joined bucket is due. */
  private nextDue = 0;
  /** There are none. */
  private isIdle = true;

  constructor(owner: TimerOwner, tick: number) {
    this.owner = owner;
    this.tick = tick | 0;
    for (let bucket = 0; bucket < FIRST_TIMER; bucket++) {
      this.ring[2 * bucket] = bucket;
      this.ring[2 * bucket + 1] = bucket;
    }
  }

  /** Makes room for timers 0 to `timers` - 1. */
  reserve(timers: number): void {
    const { ring, bucketOf } = this;
    this.ring = new Int32Array(2 * (FIRST_TIMER + timers));
    this.ring.set(ring);
    this.bucketOf = new Int16Array(timers).fill(NONE);
    this.bucketOf.set(bucketOf);
  }

  /**
   * Sets a timer to `span` ticks after `from`, which is now or before; it keeps its place in the bucket if that stays
   * the same. One that is due already fires at the next tick.
   */
  arm(timer: number, span: number, from: number = this.tick): void {
    const level = levelOf(span);
    const shift = LEVEL_SHIFT * level;
    const slot = (((from + span) >>> shift) + 1) | 0;
    const due = slot << shift;
    if (((due - this.tick) | 0) <= 0) {
      this.arm(timer, 0);
      return;
    }
    const bucket = (level << BUCKET_BITS) | (slot & (BUCKETS - 1));
    const before = this.bucketOf[timer];
    if (before === bucket) return;
    if (before !== NONE) this.leave(timer);
    this.join(timer, bucket);
    if (this.isIdle || ((due - this.nextDue) | 0) < 0) {
      this.nextDue = due;
      this.isIdle = false;
    }
  }

  disarm(timer: number): void {
    if (this.bucketOf[timer] === NONE) return;
    this.leave(timer);
    this.bucketOf[timer] = NONE;
  }

  /** Moves on to `tick`: fires what is due up to and at it, each at its own tick. */
  advance(tick: number): void {
    const target = tick | 0;
    while (!this.isIdle && ((this.nextDue - target) | 0) <= 0) {
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
      const bucket = (level << BUCKET_BITS) | ((this.tick >>> shift) & (BUCKETS - 1));
      if ((this.joined[bucket >> 5] & (1 << bucket)) !== 0) this.fireBucket(bucket);
    }
  }

  private fireBucket(bucket: number): void {
    this.joined[bucket >> 5] &= ~(1 << bucket);
    for (;;) {
      const node = this.ring[2 * bucket];
      if (node === bucket) return;
      const timer = node - FIRST_TIMER;
      this.disarm(timer);
      this.owner.expired(timer);
    }
  }

  private findNext(): void {
    this.isIdle = true;
    for (let level = 0; level < LEVELS; level++) {
      const shift = LEVEL_SHIFT * level;
      const ahead = this.nextJoined(level, (this.tick >>> shift) + 1);
      if (ahead === NONE) continue;
      const due = (((this.tick >>> shift) + 1 + ahead) | 0) << shift;
      if (this.isIdle || ((due - this.nextDue) | 0) < 0) this.nextDue = due;
      this.isIdle = false;
    }
  }

  /** How far the next bucket of a level that somebody has joined is from `slot` on. */
  private nextJoined(level: number, slot: number): number {
    const low = this.joined[2 * level];
    const high = this.joined[2 * level + 1];
    if ((low | high) === 0) return NONE;
    let ahead = 0;
    for (;;) {
      const at = (slot + ahead) & (BUCKETS - 1);
      const word = (at < 32 ? low : high) >>> at;
      if (word !== 0) return ahead + 31 - Math.clz32(word & -word);
      ahead += 32 - (at & 31);
    }
  }

  private join(timer: number, bucket: number): void {
    const { ring } = this;
    const node = FIRST_TIMER + timer;
    const next = ring[2 * bucket];
    ring[2 * node] = next;
    ring[2 * node + 1] = bucket;
    ring[2 * next + 1] = node;
    ring[2 * bucket] = node;
    this.bucketOf[timer] = bucket;
    this.joined[bucket >> 5] |= 1 << bucket;
  }

  private leave(timer: number): void {
    const { ring } = this;
    const node = FIRST_TIMER + timer;
    const next = ring[2 * node];
    const before = ring[2 * node + 1];
    ring[2 * before] = next;
    ring[2 * next + 1] = before;
  }
}

/** The tick at which a timer fires that is set to `span` ticks, above 0, after `from`. */
export function firesAt(span: number, from: number): number {
  const shift = LEVEL_SHIFT * levelOf(span);
  return ((((from + span) >>> shift) + 1) | 0) << shift;
}

/** The level for a span in ticks. */
function levelOf(span: number): number {
  let level = 0;
  for (let limit = LOWEST_SPAN; span >= limit && level < LEVELS - 1; limit <<= LEVEL_SHIFT) level++;
  return level;
}

/**
 * Numbers of 16 bits that all expire equally long after they were added, so in the order in which
 * they came: a ring buffer that grows, and that is read when somebody asks rather than by events. When one expires is kept
 * in a ring of its own, and only until it is known to have expired: most ports of a busy client have rested for long.
 */

/** What a ring has until there is something to keep: of millions in a large cluster, most never have. */
const NO_TIMES = new Float64Array(0);
const NO_ITEMS = new Uint16Array(0);
const FIRST_LENGTH = 8;

export class ExpiryRing {
  private items: Uint16Array = NO_ITEMS;
  private head = 0;
  private count = 0;
  /** When those expire, ns, that are not known to have: the last ones, so many. */
  private times: Float64Array = NO_TIMES;
  private firstTime = 0;
  private waiting = 0;

  get size(): number {
    return this.count;
  }

  /** Adds `item` at `now` (ns), to expire after `span`: at no earlier instant than the one added last. */
  add(item: number, now: number, span: number): void {
    this.forget(now);
    if (this.count === this.items.length) this.growItems();
    if (this.waiting === this.times.length) this.growTimes();
    this.items[(this.head + this.count++) & (this.items.length - 1)] = item;
    this.times[(this.firstTime + this.waiting++) & (this.times.length - 1)] = now + span;
  }

  /** Whether the oldest has expired by `now`. */
  hasExpired(now: number): boolean {
    if (this.count > this.waiting) return true;
    return this.waiting > 0 && this.times[this.firstTime] <= now;
  }

  /** Takes the oldest out, which `hasExpired` has just said of. */
  take(): number {
    const item = this.items[this.head];
    this.head = (this.head + 1) & (this.items.length - 1);
    if (this.count-- === this.waiting) this.forgetFirst();
    return item;
  }

  /** The instants of what has expired by `now` tell nothing any more. */
  private forget(now: number): void {
    while (this.waiting > 0 && this.times[this.firstTime] <= now) this.forgetFirst();
  }

  private forgetFirst(): void {
    this.firstTime = (this.firstTime + 1) & (this.times.length - 1);
    this.waiting--;
  }

  private growItems(): void {
    const { items, head, count } = this;
    this.items = new Uint16Array(Math.max(FIRST_LENGTH, 2 * count));
    this.items.set(items.subarray(head));
    this.items.set(items.subarray(0, head), count - head);
    this.head = 0;
  }

  private growTimes(): void {
    const { times, firstTime, waiting } = this;
    this.times = new Float64Array(Math.max(FIRST_LENGTH, 2 * waiting));
    this.times.set(times.subarray(firstTime));
    this.times.set(times.subarray(0, firstTime), waiting - firstTime);
    this.firstTime = 0;
  }
}

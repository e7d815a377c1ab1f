/**
 * Numbers of 16 bits that all expire equally long after they were added, so in the order in which
 * they came: a ring buffer that grows, and that is read when somebody asks rather than by events. When one expires stands
 * in a ring of its own, which is cleared of the past when it is full: most ports of a busy client have rested for long.
 */

/** What a ring has until there is something to keep: of millions in a large cluster, most never have. */
const NO_TIMES = new Float64Array(0);
const NO_ITEMS = new Uint16Array(0);
const FIRST_LENGTH = 8;
/** The part of its instants from which on they need more room, lest it is sought too often. */
const FULL = 0.75;

export class ExpiryRing {
  private items: Uint16Array = NO_ITEMS;
  private head = 0;
  private count = 0;
  /** When the last of them expire, ns: so many. Those before them have. */
  private times: Float64Array = NO_TIMES;
  private firstTime = 0;
  private waiting = 0;

  get size(): number {
    return this.count;
  }

  /** Adds `item` at `now` (ns), to expire after `span`: at no earlier instant than the one added last. */
  add(item: number, now: number, span: number): void {
    if (this.count === this.items.length) this.growItems();
    if (this.waiting === this.times.length) this.makeRoom(now);
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

  /** Room for when one more expires: instants that have passed by `now` tell nothing any more. */
  private makeRoom(now: number): void {
    while (this.waiting > 0 && this.times[this.firstTime] <= now) this.forgetFirst();
    if (this.waiting >= FULL * this.times.length) this.growTimes();
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
    this.times = new Float64Array(Math.max(FIRST_LENGTH, 2 * times.length));
    for (let i = 0; i < waiting; i++) this.times[i] = times[(firstTime + i) & (times.length - 1)];
    this.firstTime = 0;
  }
}

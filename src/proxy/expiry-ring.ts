/**
 * Numbered things that all expire equally long after they were added, so in the order in which
 * they came: a ring buffer that grows, and that is read when somebody asks rather than by events.
 */

/** What a ring has until there is something to keep: of millions in a large cluster, most never have. */
const NO_TIMES = new Float64Array(0);
const NO_ITEMS = new Int32Array(0);
const FIRST_LENGTH = 8;

export class ExpiryRing {
  private times: Float64Array = NO_TIMES;
  private items: Int32Array = NO_ITEMS;
  private head = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Adds `item`, to expire at `at`, which is not before the one added last. */
  add(item: number, at: number): void {
    if (this.count === this.items.length) this.grow();
    const slot = (this.head + this.count++) & (this.items.length - 1);
    this.times[slot] = at;
    this.items[slot] = item;
  }

  /** Whether the oldest has expired by `now`. */
  hasExpired(now: number): boolean {
    return this.count > 0 && this.times[this.head] <= now;
  }

  /** Takes the oldest out. */
  take(): number {
    const item = this.items[this.head];
    this.head = (this.head + 1) & (this.items.length - 1);
    this.count--;
    return item;
  }

  private grow(): void {
    const length = this.items.length;
    const longer = Math.max(FIRST_LENGTH, length * 2);
    const times = new Float64Array(longer);
    const items = new Int32Array(longer);
    for (let i = 0; i < this.count; i++) {
      const slot = (this.head + i) & (length - 1);
      times[i] = this.times[slot];
      items[i] = this.items[slot];
    }
    this.times = times;
    this.items = items;
    this.head = 0;
  }
}

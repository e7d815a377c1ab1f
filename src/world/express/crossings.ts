/** What is on its way over a distance of constant delay, in the order in which it left: a ring that grows. */
export class Crossings {
  /** The delay, ns. */
  readonly delay: number;
  /** When each arrives, ns, and its number of insertion. */
  at: Float64Array = new Float64Array(64);
  sequence: Float64Array = new Float64Array(64);
  head: number = 0;
  size: number = 0;
  private item: Int32Array = new Int32Array(64);

  constructor(delay: number) {
    this.delay = delay;
  }

  /** Adds `item`, which leaves at `now` (ns), as number `sequence`. */
  add(item: number, now: number, sequence: number): void {
    if (this.size === this.item.length) this.grow();
    const place = (this.head + this.size++) & (this.item.length - 1);
    this.at[place] = now + this.delay;
    this.sequence[place] = sequence;
    this.item[place] = item;
  }

  /** Takes out the one that arrives first. */
  take(): number {
    const item = this.item[this.head];
    this.head = (this.head + 1) & (this.item.length - 1);
    this.size--;
    return item;
  }

  private grow(): void {
    const { at, sequence, item, head } = this;
    const { length } = item;
    this.at = new Float64Array(2 * length);
    this.sequence = new Float64Array(2 * length);
    this.item = new Int32Array(2 * length);
    for (let i = 0; i < length; i++) {
      const place = (head + i) & (length - 1);
      this.at[i] = at[place];
      this.sequence[i] = sequence[place];
      this.item[i] = item[place];
    }
    this.head = 0;
  }
}

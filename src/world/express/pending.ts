/**
 * What is due at instants in no order of their own, by time and then number of insertion: a heap of
 * four children a node, over flat arrays. Times are handed over in `dueAt` and read from `at`: as arguments
 * or answers of calls they would be numbers on the heap.
 */
export class Pending {
  /** When the first is due, ns, and its number; Infinity where nothing is pending. */
  at: Float64Array = new Float64Array(64).fill(Infinity);
  sequence: Float64Array = new Float64Array(64);
  /** Which it is. */
  item: Int32Array = new Int32Array(64);
  size: number = 0;
  /** When what is added next is due, ns. */
  readonly dueAt: Float64Array = new Float64Array(1);

  /** Adds `item`, due at `dueAt[0]`, as number `sequence`. */
  add(item: number, sequence: number): void {
    if (this.size === this.at.length) this.grow();
    const due = this.dueAt[0];
    const { at } = this;
    let hole = this.size++;
    // Numbers grow, so that an equal time stays below.
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      if (at[parent] <= due) break;
      this.move(parent, hole);
      hole = parent;
    }
    at[hole] = due;
    this.sequence[hole] = sequence;
    this.item[hole] = item;
  }

  /** Takes the first out. */
  take(): number {
    const first = this.item[0];
    const last = --this.size;
    const hole = this.sink(last);
    this.move(last, hole);
    this.at[last] = Infinity;
    return first;
  }

  /** Finds the place of what stands at `last` from the top on, and makes it free. */
  private sink(last: number): number {
    const { at, sequence } = this;
    const due = at[last];
    const number = sequence[last];
    let hole = 0;
    for (;;) {
      let child = 4 * hole + 1;
      if (child >= last) return hole;
      let least = child;
      const end = child + 4 < last ? child + 4 : last;
      while (++child < end) {
        if (at[child] < at[least] || (at[child] === at[least] && sequence[child] < sequence[least]))
          least = child;
      }
      if (due < at[least] || (due === at[least] && number < sequence[least])) return hole;
      this.move(least, hole);
      hole = least;
    }
  }

  private move(from: number, to: number): void {
    this.at[to] = this.at[from];
    this.sequence[to] = this.sequence[from];
    this.item[to] = this.item[from];
  }

  private grow(): void {
    const { at, sequence, item } = this;
    this.at = new Float64Array(2 * at.length).fill(Infinity);
    this.at.set(at);
    this.sequence = new Float64Array(2 * at.length);
    this.sequence.set(sequence);
    this.item = new Int32Array(2 * at.length);
    this.item.set(item);
  }
}

/**
 * What is due at instants in no order of their own, by time and then by when it was inserted: a heap of
 * four children a node, over flat arrays. Instants are handed over in `next` and read from `at`: as arguments
 * or answers of calls they would be numbers on the heap.
 */
export class Pending {
  /** When the first is due, ns, and since when; Infinity where nothing is pending. */
  at: Float64Array = new Float64Array(64).fill(Infinity);
  inserted: Float64Array = new Float64Array(64);
  /** When what is added next is due, and when the event queue would have inserted it, ns. */
  readonly next: Float64Array = new Float64Array(2);
  private item: Int32Array = new Int32Array(64);
  private size = 0;

  /** Adds `item`, as `next` says. */
  add(item: number): void {
    if (this.size === this.at.length) this.grow();
    const { at, inserted } = this;
    const due = this.next[0];
    const since = this.next[1];
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      if (at[parent] < due || (at[parent] === due && inserted[parent] <= since)) break;
      this.move(parent, hole);
      hole = parent;
    }
    at[hole] = due;
    inserted[hole] = since;
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
    const { at, inserted } = this;
    const due = at[last];
    const since = inserted[last];
    let hole = 0;
    for (;;) {
      let child = 4 * hole + 1;
      if (child >= last) return hole;
      let least = child;
      const end = child + 4 < last ? child + 4 : last;
      while (++child < end) {
        if (at[child] < at[least] || (at[child] === at[least] && inserted[child] < inserted[least]))
          least = child;
      }
      if (due < at[least] || (due === at[least] && since <= inserted[least])) return hole;
      this.move(least, hole);
      hole = least;
    }
  }

  private move(from: number, to: number): void {
    this.at[to] = this.at[from];
    this.inserted[to] = this.inserted[from];
    this.item[to] = this.item[from];
  }

  private grow(): void {
    const { at, inserted, item } = this;
    this.at = new Float64Array(2 * at.length).fill(Infinity);
    this.at.set(at);
    this.inserted = new Float64Array(2 * at.length);
    this.inserted.set(inserted);
    this.item = new Int32Array(2 * at.length);
    this.item.set(item);
  }
}

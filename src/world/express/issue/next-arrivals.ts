/** The next arrival of each client: few, so that the first is found by looking at all. */
export class NextArrivals {
  /** By client: when, ns (Infinity: no more), and its number of insertion. */
  readonly at: Float64Array;
  readonly sequence: Float64Array;
  /** Whose is the first. */
  first: number = 0;

  constructor(next: readonly { readonly at: number; readonly sequence: number }[]) {
    this.at = Float64Array.from(next, ({ at }) => at);
    this.sequence = Float64Array.from(next, ({ sequence }) => sequence);
    this.find();
  }

  /** Finds the first. */
  find(): void {
    const { at, sequence } = this;
    let first = 0;
    for (let i = 1; i < at.length; i++) {
      if (at[i] < at[first] || (at[i] === at[first] && sequence[i] < sequence[first])) first = i;
    }
    this.first = first;
  }
}

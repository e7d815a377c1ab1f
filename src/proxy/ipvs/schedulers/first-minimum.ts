/**
 * The first of the least of many numbers that change one at a time: a tree of minima over them. Each node
 * holds the least below it, and walking down to the left among equals finds the first.
 */
export class FirstMinimum {
  /** Leaves in the tree: a power of two, at least as many as there are numbers. */
  private leaves = 1;
  private tree: Float64Array = new Float64Array(2).fill(Infinity);

  /** Makes room for `count` numbers, all Infinity until they are set with `put`, and used after `settle`. */
  reset(count: number): void {
    let leaves = 1;
    while (leaves < count) leaves *= 2;
    if (leaves === this.leaves) this.tree.fill(Infinity);
    else this.tree = new Float64Array(2 * leaves).fill(Infinity);
    this.leaves = leaves;
  }

  put(index: number, value: number): void {
    this.tree[this.leaves + index] = value;
  }

  settle(): void {
    const { tree } = this;
    for (let node = this.leaves - 1; node >= 1; node--) {
      const left = tree[2 * node];
      const right = tree[2 * node + 1];
      tree[node] = right < left ? right : left;
    }
  }

  /** One number changes. */
  set(index: number, value: number): void {
    const { tree } = this;
    let node = this.leaves + index;
    let least = value;
    while (tree[node] !== least) {
      tree[node] = least;
      if (node === 1) return;
      const sibling = tree[node ^ 1];
      if (sibling < least) least = sibling;
      node >>= 1;
    }
  }

  /** Index of the first of the least numbers; -1: all are Infinity. */
  first(): number {
    const { tree, leaves } = this;
    const least = tree[1];
    if (least === Infinity) return -1;
    let node = 1;
    while (node < leaves) {
      node *= 2;
      if (tree[node] !== least) node++;
    }
    return node - leaves;
  }
}

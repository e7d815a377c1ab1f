/**
 * Least connections (net/netfilter/ipvs/ip_vs_lc.c): the usable server with the least
 * 256 × active + inactive; the first in the list among equals.
 *
 * The kernel scans the list. Here a tree of minima over it gives the same pick in logarithmic time:
 * each node holds the least load below it, and walking down to the left among equals finds the first.
 */
import type { RealServer, Scheduler } from './scheduler.ts';

/** Load of a server that takes no connections: above any real one. */
const UNUSABLE = 0x7fffffff;

export class LeastConnections implements Scheduler {
  private readonly list: readonly RealServer[];
  /** Leaves in the tree: a power of two, at least the list's length. */
  private leaves = 1;
  private tree: Int32Array = new Int32Array(2).fill(UNUSABLE);

  constructor(list: readonly RealServer[]) {
    this.list = list;
    this.rebuild();
  }

  pick(): number {
    const { tree, leaves } = this;
    const least = tree[1];
    if (least === UNUSABLE) return -1;
    let node = 1;
    while (node < leaves) {
      node *= 2;
      if (tree[node] !== least) node++;
    }
    return node - leaves;
  }

  inserted(_index: number): void {
    this.rebuild();
  }

  removed(_index: number): void {
    this.rebuild();
  }

  changed(index: number): void {
    const { tree } = this;
    let node = this.leaves + index;
    let least = loadOf(this.list[index]);
    while (tree[node] !== least) {
      tree[node] = least;
      if (node === 1) return;
      const sibling = tree[node ^ 1];
      if (sibling < least) least = sibling;
      node >>= 1;
    }
  }

  private rebuild(): void {
    const n = this.list.length;
    while (this.leaves < n) this.leaves *= 2;
    const { leaves } = this;
    const tree = new Int32Array(2 * leaves).fill(UNUSABLE);
    for (let i = 0; i < n; i++) tree[leaves + i] = loadOf(this.list[i]);
    for (let node = leaves - 1; node >= 1; node--) {
      tree[node] = Math.min(tree[2 * node], tree[2 * node + 1]);
    }
    this.tree = tree;
  }
}

function loadOf(server: RealServer): number {
  return server.weight > 0 ? 256 * server.active + server.inactive : UNUSABLE;
}

/**
 * Pods → nodes: each new pod goes to the node with the fewest pods so far, the first of equals, among those
 * that take pods; a pod that is to be spread, to the emptiest zone or node of its workload first.
 */
import type { PlannedSpread } from '../../contract/plan.ts';

interface Site {
  readonly zone: string | null;
  readonly unschedulable: boolean;
}

export class Placement {
  private readonly sites: readonly Site[];
  private readonly pods: number[];
  /** Node indices as a binary heap: fewest pods on top, then the smaller index. */
  private readonly heap: number[];
  private readonly slot: number[];

  constructor(nodes: readonly Site[]) {
    this.sites = nodes;
    this.pods = nodes.map(() => 0);
    const all = nodes.map((_, node) => node);
    const open = all.filter((node) => nodes[node]?.unschedulable !== true);
    this.heap = open.length > 0 ? open : all;
    this.slot = nodes.map(() => -1);
    this.heap.forEach((node, slot) => (this.slot[node] = slot));
  }

  /** A chooser of nodes for the pods of one workload, by what spreads them. */
  forPods(spread: readonly PlannedSpread[]): () => number {
    if (spread.length === 0) return () => this.next();
    const isSpreadBy = (topology: PlannedSpread['topology']): boolean =>
      spread.some((each) => each.topology === topology);
    const [byZone, byNode] = [isSpreadBy('zone'), isSpreadBy('hostname')];
    const zones = [...new Set(this.sites.map(({ zone }) => zone))];
    const zoneOf = this.sites.map(({ zone }) => zones.indexOf(zone));
    const inZone = zones.map(() => 0);
    const onNode = this.sites.map(() => 0);
    /** Below 0: the next pod had better go to `a` than to `b`. Zones come before nodes. */
    const compare = (a: number, b: number): number =>
      (byZone ? inZone[zoneOf[a]!]! - inZone[zoneOf[b]!]! : 0) ||
      (byNode ? onNode[a]! - onNode[b]! : 0) ||
      this.pods[a]! - this.pods[b]! ||
      a - b;
    return () => {
      const best = this.heap.reduce((least, node) => (compare(node, least) < 0 ? node : least));
      inZone[zoneOf[best]!]!++;
      onNode[best]!++;
      this.occupy(best);
      return best;
    };
  }

  /** The node for the next pod. */
  next(): number {
    const node = this.heap[0]!;
    this.occupy(node);
    return node;
  }

  /** A pod that is on that node whatever the others do. */
  occupy(node: number): void {
    this.pods[node]!++;
    const slot = this.slot[node]!;
    if (slot !== -1) this.sink(slot);
  }

  private sink(from: number): void {
    const heap = this.heap;
    let at = from;
    for (;;) {
      let least = at;
      for (const below of [2 * at + 1, 2 * at + 2]) {
        if (below < heap.length && this.isBefore(heap[below]!, heap[least]!)) least = below;
      }
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const difference = this.pods[a]! - this.pods[b]!;
    return difference < 0 || (difference === 0 && a < b);
  }

  private swap(one: number, other: number): void {
    const heap = this.heap;
    const node = heap[one]!;
    heap[one] = heap[other]!;
    heap[other] = node;
    this.slot[heap[one]!] = one;
    this.slot[node] = other;
  }
}

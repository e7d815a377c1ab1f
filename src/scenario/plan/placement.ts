/** Pods → nodes: each new pod goes to the node with the fewest pods so far, the first of equals. */
export class Placement {
  private readonly pods: number[];
  /** Node indices as a binary heap: fewest pods on top, then the smaller index. */
  private readonly heap: number[];
  private readonly slot: number[];

  constructor(nodes: number) {
    this.pods = Array.from({ length: nodes }, () => 0);
    this.heap = Array.from({ length: nodes }, (_, index) => index);
    this.slot = Array.from({ length: nodes }, (_, index) => index);
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
    this.sink(this.slot[node]!);
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

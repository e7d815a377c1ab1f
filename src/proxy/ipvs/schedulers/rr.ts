/**
 * Round robin (net/netfilter/ipvs/ip_vs_rr.c): a pointer stays at the server picked last; the next
 * pick is the first usable one behind it, around the list once, the server itself last.
 */
import type { RealServer, Scheduler, Source } from './scheduler.ts';

export class RoundRobin implements Scheduler {
  readonly goesBySource: boolean = false;
  private readonly list: readonly RealServer[];
  /** Index of the server picked last; -1: the list's head, before the first server. */
  private pointer = -1;

  constructor(list: readonly RealServer[]) {
    this.list = list;
  }

  pick(_source: Source): number {
    const { list } = this;
    const n = list.length;
    let at = this.pointer;
    for (let step = 0; step < n; step++) {
      at = at + 1 < n ? at + 1 : 0;
      if (list[at].weight > 0) {
        this.pointer = at;
        return at;
      }
    }
    return -1;
  }

  inserted(index: number): void {
    if (this.pointer >= index) this.pointer++;
  }

  /** The pointer of a server that goes falls back to the one before it. */
  removed(index: number): void {
    if (this.pointer >= index) this.pointer--;
  }

  weighed(_index: number): void {
    // Weights are read at each pick.
  }

  counted(): void {
    // Counts do not matter.
  }
}

/**
 * Destination hashing (net/netfilter/ipvs/ip_vs_dh.c): 256 buckets dealt to the servers in turn, weights
 * ignored; the virtual address says which bucket. A ClusterIP is one address, so that all its
 * connections go to one server, and are refused while that one is at weight 0.
 */
import { hash32 } from './hash-32.ts';
import type { RealServer, Scheduler, Source } from './scheduler.ts';

const TABLE_BITS = 8;

export class DestinationHashing implements Scheduler {
  readonly goesBySource: boolean = false;
  private readonly list: readonly RealServer[];
  /** The bucket of the virtual address. */
  private readonly bucket: number;

  constructor(list: readonly RealServer[], vip: number) {
    this.list = list;
    this.bucket = hash32(vip, TABLE_BITS);
  }

  pick(_source: Source): number {
    const { list } = this;
    if (list.length === 0) return -1;
    const index = this.bucket % list.length;
    return list[index].weight > 0 ? index : -1;
  }

  inserted(_index: number): void {
    // The bucket is dealt at each pick.
  }

  removed(_index: number): void {
    // The same.
  }

  weighed(_index: number): void {
    // Weights are read at each pick.
  }

  counted(): void {
    // Counts do not matter.
  }
}

/**
 * Source hashing (net/netfilter/ipvs/ip_vs_sh.c): 256 buckets, of which each server of the list in turn takes as many
 * as its weight says, at least one; the client's address says which bucket. A server at weight 0 keeps its buckets and
 * refuses, unless sh-fallback tries others. The table is dealt anew after every change, here at the next pick.
 */
import { hash32 } from './hash-32.ts';
import type { RealServer, Scheduler, SchedulerFlags, Source } from './scheduler.ts';

const TABLE_BITS = 8;
const TABLE_SIZE = 1 << TABLE_BITS;

export class SourceHashing implements Scheduler {
  readonly goesBySource: boolean = true;
  private readonly list: readonly RealServer[];
  private readonly flags: SchedulerFlags;
  /** Index of each bucket's server: at most 256 servers get one. */
  private readonly table: Uint8Array = new Uint8Array(TABLE_SIZE);
  private isStale = true;

  constructor(list: readonly RealServer[], flags: SchedulerFlags) {
    this.list = list;
    this.flags = flags;
  }

  pick(source: Source): number {
    const { list, table, flags } = this;
    if (list.length === 0) return -1;
    if (this.isStale) this.deal();
    const value = flags.port ? source.sourceIp + source.sourcePort : source.sourceIp;
    const bucket = hash32(value, TABLE_BITS);
    const index = table[bucket];
    if (list[index].weight > 0) return index;
    return flags.fallback ? this.fallBack(bucket) : -1;
  }

  inserted(_index: number): void {
    this.isStale = true;
  }

  removed(_index: number): void {
    this.isStale = true;
  }

  weighed(_index: number): void {
    this.isStale = true;
  }

  counted(): void {
    // Counts do not matter.
  }

  /** The kernel adds the bucket to an offset that starts at the bucket: it tries from twice the bucket on. */
  private fallBack(bucket: number): number {
    for (let offset = 0; offset < TABLE_SIZE; offset++) {
      const index = this.table[(2 * bucket + offset) & (TABLE_SIZE - 1)];
      if (this.list[index].weight > 0) return index;
    }
    return -1;
  }

  private deal(): void {
    const { list, table } = this;
    let index = 0;
    let dealt = 0;
    for (let bucket = 0; bucket < TABLE_SIZE; bucket++) {
      table[bucket] = index;
      if (++dealt >= list[index].weight) {
        index = index + 1 < list.length ? index + 1 : 0;
        dealt = 0;
      }
    }
    this.isStale = false;
  }
}

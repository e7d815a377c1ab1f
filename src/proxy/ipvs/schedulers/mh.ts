/**
 * Maglev hashing (net/netfilter/ipvs/ip_vs_mh.c, after D. E. Eisenbud et al., "Maglev: a fast and
 * reliable software network load balancer", NSDI 2016): each server fills its own permutation of a table of
 * 4093 positions (CONFIG_IP_VS_MH_TAB_INDEX 12), in turns by weight; the client's address, and with
 * mh-port its port, says which position. The keys of the hash are constants: all nodes agree.
 *
 * A server at weight 0 keeps the positions of its last weight, so that draining moves nobody: its clients are refused,
 * unless mh-fallback tries others. The table is filled anew after every change, here at the next pick.
 */
import { greatestCommonDivisor } from './greatest-common-divisor.ts';
import { hsiphash } from './hsiphash.ts';
import type { RealServer, Scheduler, SchedulerFlags, Source } from './scheduler.ts';

const TABLE_SIZE = 4093;
/** Half of CONFIG_IP_VS_MH_TAB_INDEX: turns are shifted down to fewer bits than the table has. */
const TURN_BITS = 6;
const FIRST_KEY = 2654435761;
const SECOND_KEY = 2654446892;

export class MaglevHashing implements Scheduler {
  readonly goesBySource: boolean = true;
  private readonly list: readonly RealServer[];
  private readonly flags: SchedulerFlags;
  /** Index of each position's server. */
  private readonly table: Uint16Array = new Uint16Array(TABLE_SIZE);
  private isStale = true;
  /** No server has ever had a weight. */
  private isEmpty = true;

  constructor(list: readonly RealServer[], flags: SchedulerFlags) {
    this.list = list;
    this.flags = flags;
  }

  pick(source: Source): number {
    const { list, flags } = this;
    if (this.isStale) this.fill();
    if (this.isEmpty) return -1;
    const value = flags.port ? source.sourceIp + source.sourcePort : source.sourceIp;
    const position = positionOf(value);
    const index = this.table[position];
    if (list[index].weight > 0) return index;
    return flags.fallback ? this.fallBack(value, position) : -1;
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

  private fallBack(value: number, position: number): number {
    for (let k = 0; k < TABLE_SIZE; k++) {
      const index = this.table[positionOf(value + ((position + k) % TABLE_SIZE))];
      if (this.list[index].weight > 0) return index;
    }
    return -1;
  }

  private fill(): void {
    const { list, table } = this;
    this.isStale = false;
    const turns = turnsOf(list);
    this.isEmpty = turns.every((count) => count === 0);
    if (this.isEmpty) return;
    const next = list.map(({ ip, port }) => positionOf(ip + port));
    const skips = list.map(({ ip, port }) => (hash(ip + port, SECOND_KEY) % (TABLE_SIZE - 1)) + 1);
    const taken = new Uint8Array(TABLE_SIZE);
    let filled = 0;
    for (;;) {
      for (let index = 0; index < list.length; index++) {
        for (let turn = 0; turn < turns[index]; turn++) {
          let position = next[index];
          while (taken[position] === 1) position = (position + skips[index]) % TABLE_SIZE;
          next[index] = position;
          taken[position] = 1;
          table[position] = index;
          if (++filled === TABLE_SIZE) return;
        }
      }
    }
  }
}

const hash = (value: number, key: number): number => hsiphash(value, key) >>> 0;
const positionOf = (value: number): number => hash(value, FIRST_KEY) % TABLE_SIZE;

/** How many positions each server takes at a time. */
function turnsOf(list: readonly RealServer[]): number[] {
  const divisor = greatestCommonDivisor(list.map(({ lastWeight }) => lastWeight)) || 1;
  const largest = list.reduce((most, { lastWeight }) => Math.max(most, lastWeight), 0) / divisor;
  const shift = Math.max(0, 32 - Math.clz32(largest) - TURN_BITS);
  return list.map(({ lastWeight }) =>
    lastWeight === 0 ? 0 : Math.max(1, Math.floor(lastWeight / divisor) >> shift),
  );
}

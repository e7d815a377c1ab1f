/**
 * Locality-based least connections with replication (net/netfilter/ipvs/ip_vs_lblcr.c): a virtual address has a set
 * of servers, of which the least loaded is picked; if that one is crowded, the pick of wlc joins the set. A set that has
 * not changed for `lblcr_expiration` (a day) loses its most loaded member.
 *
 * Deleted members stay in the set, and count again when they come back. Sets are small: they are walked, and a crowded
 * server makes a pick walk the list, as in the kernel. Left out: the cache forgets an address that was not asked for in a day.
 */
import { isCrowded } from './crowded.ts';
import { LeastLoaded } from './least-loaded.ts';
import type { RealServer, SchedulerContext, Source } from './scheduler.ts';
import { weightedLeastConnections } from './wlc.ts';

export class ReplicatedLocality extends LeastLoaded {
  private readonly clock: SchedulerContext['clock'];
  private readonly expiration: number;
  /** Newest first. */
  private readonly set: RealServer[] = [];
  /** The tick of the set's last change. */
  private changedAt = 0;

  constructor({ list, clock, lblcrExpiration }: SchedulerContext) {
    super(list, weightedLeastConnections);
    this.clock = clock;
    this.expiration = lblcrExpiration;
  }

  override pick(source: Source): number {
    const { list, set, clock } = this;
    const least = this.leastOfSet();
    if (set.length > 1 && ((clock.tick - this.changedAt) | 0) > this.expiration) this.dropMost();
    if (least !== null && !isCrowded(least, list)) return least.index;
    const index = super.pick(source);
    if (index >= 0) this.join(list[index]);
    return index;
  }

  /** The first of the least loaded members that are in the list with a weight. */
  private leastOfSet(): RealServer | null {
    let least: RealServer | null = null;
    let load = Infinity;
    for (const server of this.set) {
      const own = server.index >= 0 ? overheadOf(server) : Infinity;
      if (own < load) {
        load = own;
        least = server;
      }
    }
    return least;
  }

  /** Takes out the first of the most loaded members with a weight, deleted ones included. */
  private dropMost(): void {
    let most = -1;
    let load = -Infinity;
    this.set.forEach((server, at) => {
      const own = server.weight > 0 ? overheadOf(server) : -Infinity;
      if (own > load) {
        load = own;
        most = at;
      }
    });
    if (most < 0) return;
    this.set[most].references--;
    this.set.splice(most, 1);
    this.changedAt = this.clock.tick;
  }

  private join(server: RealServer): void {
    if (this.set.includes(server)) return;
    server.references++;
    this.set.unshift(server);
    this.changedAt = this.clock.tick;
  }
}

const overheadOf = ({ weight, active, inactive }: RealServer): number =>
  weightedLeastConnections(weight, active, inactive);

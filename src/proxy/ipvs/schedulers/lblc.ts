/**
 * Locality-based least connections (net/netfilter/ipvs/ip_vs_lblc.c): a virtual address stays with one
 * server until that is gone, at weight 0 or crowded; then it moves to the pick of wlc. A
 * ClusterIP is one address, so that this is one server at a time.
 *
 * A crowded server makes a pick walk the list, as in the kernel. Left out: the cache forgets an address that was not asked for
 * in a day.
 */
import { isCrowded } from './crowded.ts';
import { LeastLoaded } from './least-loaded.ts';
import type { RealServer, Source } from './scheduler.ts';
import { weightedLeastConnections } from './wlc.ts';

export class LocalityBasedLeastConnections extends LeastLoaded {
  private cached: RealServer | null = null;

  constructor(list: readonly RealServer[]) {
    super(list, weightedLeastConnections);
  }

  override pick(source: Source): number {
    const { list, cached } = this;
    if (cached !== null && cached.index >= 0 && cached.weight > 0 && !isCrowded(cached, list)) {
      return cached.index;
    }
    const index = super.pick(source);
    if (index >= 0) this.keep(list[index]);
    return index;
  }

  private keep(server: RealServer): void {
    if (this.cached !== null) this.cached.references--;
    server.references++;
    this.cached = server;
  }
}

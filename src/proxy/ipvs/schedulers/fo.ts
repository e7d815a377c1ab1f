/** Weighted failover (net/netfilter/ipvs/ip_vs_fo.c): the largest weight, whatever the load. */
import type { RealServer } from './scheduler.ts';

export const failover = (server: RealServer): number =>
  server.weight > 0 ? -server.weight : Infinity;

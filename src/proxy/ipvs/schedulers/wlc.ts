/** Weighted least connections (net/netfilter/ipvs/ip_vs_wlc.c): (256 × active + inactive) / weight. */
import type { RealServer } from './scheduler.ts';

export const weightedLeastConnections = (server: RealServer): number =>
  server.weight > 0 ? (256 * server.active + server.inactive) / server.weight : Infinity;

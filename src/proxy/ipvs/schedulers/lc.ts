/** Least connections (net/netfilter/ipvs/ip_vs_lc.c): 256 × active + inactive; weights count only as 0 or not. */
import type { RealServer } from './scheduler.ts';

export const leastConnections = (server: RealServer): number =>
  server.weight > 0 ? 256 * server.active + server.inactive : Infinity;

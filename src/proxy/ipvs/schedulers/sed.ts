/** Shortest expected delay (net/netfilter/ipvs/ip_vs_sed.c): (active + 1) / weight; what is closed does not count. */
import type { RealServer } from './scheduler.ts';

export const shortestExpectedDelay = (server: RealServer): number =>
  server.weight > 0 ? (server.active + 1) / server.weight : Infinity;

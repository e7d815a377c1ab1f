/**
 * Weighted overflow (net/netfilter/ipvs/ip_vs_ovf.c): the largest weight among servers with no more
 * connections than that, so each takes one more than its weight; refuses where all have them.
 */
import type { RealServer } from './scheduler.ts';

export const overflow = (server: RealServer): number =>
  server.weight > 0 && server.active <= server.weight ? -server.weight : Infinity;

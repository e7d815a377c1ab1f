/** Never queue (net/netfilter/ipvs/ip_vs_nq.c): the first server without a connection; if there is none, as sed. */
import type { RealServer } from './scheduler.ts';
import { shortestExpectedDelay } from './sed.ts';

export const neverQueue = (server: RealServer): number =>
  server.weight > 0 && server.active === 0 ? 0 : shortestExpectedDelay(server);

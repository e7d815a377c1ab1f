/** Never queue (net/netfilter/ipvs/ip_vs_nq.c): the first server without a connection; if there is none, as sed. */
import { shortestExpectedDelay } from './sed.ts';

export const neverQueue = (weight: number, active: number): number =>
  weight > 0 && active === 0 ? 0 : shortestExpectedDelay(weight, active);

/** Shortest expected delay (net/netfilter/ipvs/ip_vs_sed.c): (active + 1) / weight; what is closed does not count. */
export const shortestExpectedDelay = (weight: number, active: number): number =>
  weight > 0 ? (active + 1) / weight : Infinity;

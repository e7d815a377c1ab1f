/** Weighted least connections (net/netfilter/ipvs/ip_vs_wlc.c): (256 × active + inactive) / weight. */
export const weightedLeastConnections = (
  weight: number,
  active: number,
  inactive: number,
): number => (weight > 0 ? (256 * active + inactive) / weight : Infinity);

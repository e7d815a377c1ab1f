/** Least connections (net/netfilter/ipvs/ip_vs_lc.c): 256 × active + inactive; weights count only as 0 or not. */
export const leastConnections = (weight: number, active: number, inactive: number): number =>
  weight > 0 ? 256 * active + inactive : Infinity;

/**
 * Weighted overflow (net/netfilter/ipvs/ip_vs_ovf.c): the largest weight among servers with no more
 * connections than that, so each takes one more than its weight; refuses where all have them.
 */
export const overflow = (weight: number, active: number): number =>
  weight > 0 && active <= weight ? -weight : Infinity;

/** Weighted failover (net/netfilter/ipvs/ip_vs_fo.c): the largest weight, whatever the load. */
export const failover = (weight: number): number => (weight > 0 ? -weight : Infinity);

/**
 * What it costs a first packet to pass rules of KUBE-SERVICES, one after the other. A rule costs what
 * reading it from memory costs: little where the CPU's caches hold it, several times that where they do not. Of all
 * packets a share finds the caches cold, because other work went over them since the last
 * packet; for the others the caches hold no more than so many rules, and what lies beyond is cold as well.
 *
 * Source: the two slopes are those of recorded kernels (warm and cold caches); that the published
 * measurements of KEP-3866 lie between them, and how, is the fit of validate/first-packet-fit.ts.
 */
import type { ProxyCosts } from '../contract/plan.ts';
import type { RandomStream } from '../engine/random.ts';

export class RuleWalk {
  private readonly warm: number;
  private readonly cold: number;
  private readonly coldShare: number;
  private readonly cached: number;
  private readonly caches: RandomStream;

  /** @param caches one draw a walk, where packets differ in what they find in the caches */
  constructor(costs: ProxyCosts['iptables'], caches: RandomStream) {
    this.warm = costs.perServiceRule;
    this.cold = costs.perServiceRuleCold;
    this.coldShare = this.warm === this.cold ? 0 : costs.coldShare;
    this.cached = costs.cachedRules ?? Infinity;
    this.caches = caches;
  }

  /** The cost in ns, not rounded, of passing `rules` rules. */
  cost(rules: number): number {
    if (this.coldShare > 0 && this.caches.next() < this.coldShare) return rules * this.cold;
    if (rules <= this.cached) return rules * this.warm;
    return this.cached * this.warm + (rules - this.cached) * this.cold;
  }
}

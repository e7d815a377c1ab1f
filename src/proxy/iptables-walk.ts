/**
 * What it costs a first packet to pass rules of KUBE-SERVICES, one after the other. A rule costs what
 * reading it from memory costs: little where the CPU's caches hold it, several times that where they do not. Of all
 * packets a share finds the caches cold, because other work went over them since the last
 * packet, and pays most for the first rules, until the CPU fetches ahead; for the others the caches hold no more than
 * so many rules, and what lies beyond is cold as well.
 *
 * Source: recorded kernels show both slopes, and the steeper start of the cold one; how the published
 * measurements of KEP-3866 lie between them is the fit of validate/costs/first-packet-fit.ts.
 */
import type { ProxyCosts } from '../contract/plan.ts';
import type { RandomStream } from '../engine/random.ts';

export class RuleWalk {
  private readonly warm: number;
  private readonly cold: number;
  private readonly coldFirst: number;
  private readonly firstRules: number;
  private readonly coldShare: number;
  private readonly cached: number;
  private readonly caches: RandomStream;

  /** @param caches one draw a walk, unless no packet finds them cold */
  constructor(costs: ProxyCosts['iptables'], caches: RandomStream) {
    this.warm = costs.perServiceRule;
    this.cold = costs.perServiceRuleCold;
    this.coldFirst = costs.perServiceRuleColdFirst;
    this.firstRules = costs.coldFirstRules;
    this.coldShare = costs.coldShare;
    this.cached = costs.cachedRules ?? Infinity;
    this.caches = caches;
  }

  /** Whether rules cost nothing, however many. */
  get isFree(): boolean {
    return this.coldShare === 0 && this.warm === 0 && (this.cold === 0 || this.cached === Infinity);
  }

  /** The cost in ns, not rounded, of passing `rules` rules. */
  cost(rules: number): number {
    if (this.coldShare > 0 && this.caches.next() < this.coldShare) {
      return rules * this.cold + Math.min(rules, this.firstRules) * (this.coldFirst - this.cold);
    }
    if (rules <= this.cached) return rules * this.warm;
    return this.cached * this.warm + (rules - this.cached) * this.cold;
  }
}

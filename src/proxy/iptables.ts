/**
 * The iptables data plane. A first packet walks KUBE-SERVICES until the rule of its Service, then
 * the Service's chain, where rule i of n endpoints takes it with probability 1/(n - i): each
 * endpoint gets 1/n in expectation, and an uneven share in any given minute. Every sync writes
 * KUBE-SERVICES in a new random order (pkg/proxy/iptables/proxier.go iterates a Go map), so the
 * rank of a Service, and with it the cost of its first packets, changes per node and sync.
 *
 * Left out: filter table, masquerade, hairpin, session affinity.
 */
import type { ProxyCosts } from '../contract/plan.ts';
import type { RandomStream } from '../engine/random.ts';
import type { Endpoint, UsableEndpoints } from '../kube/endpoint.ts';
import { FORWARDED, REJECTED, UNROUTED } from './data-plane.ts';
import type {
  DataPlane,
  Flow,
  FlowEnd,
  ServicePortFacts,
  ServiceRules,
  SyncWork,
  Verdict,
} from './data-plane.ts';

/**
 * Probability of statistic rule `i` (0-based) of `n`: 1/(n - i), and always for the last. With the
 * chances of having passed the rules before it, every endpoint is picked with 1/n.
 */
export const ruleProbability = (i: number, n: number): number => (i < n - 1 ? 1 / (n - i) : 1);

export interface IptablesOptions {
  readonly costs: ProxyCosts['iptables'];
  /** Rules in KUBE-SERVICES: one a ServicePort. */
  readonly services: number;
  /** One draw a pick. */
  readonly picks: RandomStream;
  /** One draw a Service and sync: its rank in KUBE-SERVICES. */
  readonly chainOrder: RandomStream;
}

export class Iptables implements DataPlane {
  /** The packet matches nothing and leaves by the default route. */
  readonly unknownPort: Verdict = UNROUTED;
  readonly unknownAddress: Verdict = UNROUTED;
  readonly idleTimeout: number = Infinity;
  readonly options: IptablesOptions;
  /** Syncs so far: the version of the chain order. */
  generation: number = 0;

  constructor(options: IptablesOptions) {
    this.options = options;
  }

  createRules(_port: ServicePortFacts, { endpoints }: UsableEndpoints): ServiceRules {
    return new IptablesRules(this, endpoints);
  }

  /** KUBE-SERVICES is written whole, however little changed (KEP-3453). */
  programmingTime(_work: SyncWork): number {
    const { costs, services } = this.options;
    return Math.round(costs.syncBase + costs.syncPerService * services);
  }

  synced(): void {
    this.generation++;
  }
}

class IptablesRules implements ServiceRules {
  private readonly plane: Iptables;
  private endpoints: readonly Endpoint[];
  private generation = -1;
  /** Cost of everything before the Service's own chain; follows from its rank. */
  private costBefore = 0;

  constructor(plane: Iptables, endpoints: readonly Endpoint[]) {
    this.plane = plane;
    this.endpoints = endpoints;
  }

  open(flow: Flow, _now: number): Verdict {
    const n = this.endpoints.length;
    if (this.generation !== this.plane.generation) this.takeRank();
    if (n === 0) {
      flow.endpoint = null;
      flow.proxyCost = Math.round(this.plane.options.costs.base);
      return REJECTED;
    }
    // One draw stands for the chain of coin flips: the same distribution.
    const pick = this.plane.options.picks.below(n);
    flow.endpoint = this.endpoints[pick];
    flow.proxyCost = Math.round(
      this.costBefore + (pick + 1) * this.plane.options.costs.perEndpointRule,
    );
    return FORWARDED;
  }

  passes(_flow: Flow, _now: number): boolean {
    return true;
  }

  close(_flow: Flow, _now: number, _end: FlowEnd): void {
    // Random picks remember nothing.
  }

  apply({ endpoints }: UsableEndpoints, _now: number): void {
    this.endpoints = endpoints;
  }

  private takeRank(): void {
    const { costs, services, chainOrder } = this.plane.options;
    const rank = 1 + chainOrder.below(services);
    this.costBefore = costs.base + rank * costs.perServiceRule;
    this.generation = this.plane.generation;
  }
}

/**
 * The iptables data plane. A first packet walks KUBE-SERVICES of the nat table until the rule of its Service,
 * then the Service's chain: the affinity rules, if it has any, and the statistic rules, where rule i of n endpoints
 * takes it with probability 1/(n - i): each endpoint gets 1/n in expectation, and an uneven share in
 * any given minute. In the filter table it passes the rules of all Services without endpoints. Every sync writes
 * KUBE-SERVICES in a new random order (pkg/proxy/iptables/proxier.go iterates a Go map), so the rank of a
 * Service, and with it the cost of its first packets, changes per node and sync.
 *
 * A Service without endpoints has its rule in the filter table only: REJECT, or DROP where its traffic policy
 * rules out the endpoints there are.
 *
 * Left out: masquerade of sources outside the cluster's range; the rules of other node ports before one; `recent` lists of
 * Services that nothing on the node has called.
 */
import type { ProxyCosts } from '../contract/plan.ts';
import type { Sampler } from '../engine/distributions/sampler.ts';
import type { RandomStream } from '../engine/random.ts';
import { fillPods, type Endpoint, type UsableEndpoints } from '../kube/endpoint.ts';
import { AffinityTable } from './affinity.ts';
import { DROPPED, FORWARDED, REJECTED, UNROUTED } from './data-plane.ts';
import type {
  Choice,
  DataPlane,
  Flow,
  FlowEnd,
  ServicePortFacts,
  ServiceRules,
  SyncWork,
  Verdict,
} from './data-plane.ts';
import { RuleWalk } from './iptables-walk.ts';
import { programmingTime } from './programming-time.ts';

/**
 * Probability of statistic rule `i` (0-based) of `n`: 1/(n - i), and always for the last. With the
 * chances of having passed the rules before it, every endpoint is picked with 1/n.
 */
export const ruleProbability = (i: number, n: number): number => (i < n - 1 ? 1 / (n - i) : 1);

export interface IptablesOptions {
  readonly costs: ProxyCosts['iptables'];
  readonly masqueradeAll: boolean;
  /** Addresses that a `recent` list holds. */
  readonly ipListTot: number;
  /** ServicePorts on the node, and background ones among them that have no endpoints. */
  readonly services: number;
  readonly withoutEndpoints: number;
  /** One draw a pick. */
  readonly picks: RandomStream;
  /** One draw a Service and sync: its rank in KUBE-SERVICES. */
  readonly chainOrder: RandomStream;
  /** What first packets cost before any rule. */
  readonly base: Sampler;
  /** Whether a first packet finds the rules in the CPU's caches. */
  readonly caches: RandomStream;
}

export class Iptables implements DataPlane {
  /** The packet matches nothing and leaves by the default route. */
  readonly unknownPort: Verdict = UNROUTED;
  readonly unknownAddress: Verdict = UNROUTED;
  /** conntrack remembers what was decided. */
  readonly usesConntrack: boolean = true;
  readonly decidesAtConnect: boolean = false;
  readonly rejectsByIcmp: boolean = true;
  readonly idleTimeout: number = Infinity;
  readonly memory: number = 0;
  readonly followsFlows: boolean = false;
  readonly options: IptablesOptions;
  readonly walk: RuleWalk;
  /** Syncs so far: the version of the chain order. */
  generation: number = 0;
  /** ServicePorts whose rule is in the filter table: those without usable endpoints. */
  withoutEndpoints: number;
  /** Endpoints with a `recent` list. */
  affinityEndpoints: number = 0;

  constructor(options: IptablesOptions) {
    this.options = options;
    this.walk = new RuleWalk(options.costs, options.caches);
    this.withoutEndpoints = options.withoutEndpoints;
  }

  createRules(port: ServicePortFacts, usable: UsableEndpoints): ServiceRules {
    return new IptablesRules(this, port, usable);
  }

  /** It walks both tables to their ends. */
  costOfMiss(): number {
    return Math.round(this.options.base.next() + this.walk.cost(this.options.services));
  }

  programmingTime(work: SyncWork): number {
    return programmingTime(this.options.costs, work);
  }

  synced(): void {
    this.generation++;
  }
}

class IptablesRules implements ServiceRules {
  private readonly plane: Iptables;
  private readonly external: boolean;
  private readonly affinity: AffinityTable | null;
  private endpoints: readonly Endpoint[] = [];
  private elsewhere = false;
  private generation = -1;
  /** Rules of other Services that a packet passes before this one's, as a share of them. */
  private rank = 0;

  constructor(plane: Iptables, { affinity, external }: ServicePortFacts, usable: UsableEndpoints) {
    this.plane = plane;
    this.external = external;
    const capacity = plane.options.ipListTot;
    this.affinity =
      affinity === null
        ? null
        : new AffinityTable({ timeout: affinity, capacity, whenFull: 'evict' }, []);
    plane.withoutEndpoints++;
    this.apply(usable, 0);
  }

  open(flow: Flow, now: number): Verdict {
    const { plane } = this;
    const { options } = plane;
    if (this.generation !== plane.generation) this.takeRank();
    const n = this.endpoints.length;
    if (n === 0) {
      // The whole of the nat table, and the filter table down to its rule.
      const inNat = options.services - plane.withoutEndpoints;
      const passed = inNat + Math.floor(this.rank * plane.withoutEndpoints);
      flow.endpoint = null;
      flow.proxyCost = Math.round(options.base.next() + plane.walk.cost(passed));
      return this.elsewhere ? DROPPED : REJECTED;
    }
    let cost = options.base.next() + plane.walk.cost(this.rulesPassed());
    let position: number;
    if (this.affinity === null) {
      // One draw stands for the chain of coin flips: the same distribution.
      position = options.picks.below(n);
      cost += position * options.costs.perEndpointRule;
    } else {
      position = this.affinity.find(flow.sourceIp, now);
      const rules = position < 0 ? n : position;
      cost +=
        rules *
        (options.costs.perAffinityRule +
          plane.affinityEndpoints * options.costs.perAffinityEndpoint);
      if (position < 0) {
        position = options.picks.below(n);
        cost += position * options.costs.perEndpointRule;
      }
      this.affinity.record(flow.sourceIp, position, now);
    }
    const endpoint = this.endpoints[position]!;
    // A pod that reaches itself must not see its own address as the source.
    if (options.masqueradeAll || endpoint.ip === flow.sourceIp) cost += options.costs.masquerade;
    flow.endpoint = endpoint;
    flow.proxyCost = Math.round(cost);
    return FORWARDED;
  }

  openMany(count: number, pods: Int32Array, costs: Float64Array, ofPods: boolean): boolean {
    const { plane, endpoints } = this;
    const { options } = plane;
    const { perEndpointRule, masquerade } = options.costs;
    const costAlike = options.masqueradeAll || masquerade === 0 || !ofPods;
    if (this.affinity !== null || endpoints.length === 0 || !costAlike) return false;
    if (this.generation !== plane.generation) this.takeRank();
    const passed = this.rulesPassed();
    const afterwards = options.masqueradeAll ? masquerade : 0;
    options.picks.fillBelow(endpoints.length, pods, count);
    options.base.fill(costs, count);
    if (!plane.walk.isFree || perEndpointRule > 0 || afterwards > 0) {
      for (let i = 0; i < count; i++) {
        const cost = costs[i] + plane.walk.cost(passed) + pods[i] * perEndpointRule;
        costs[i] = Math.round(cost + afterwards);
      }
    }
    fillPods(pods, count, endpoints);
    return true;
  }

  choice({ sourceIp }: Flow, now: number): Choice {
    const isSticky = this.affinity !== null && this.affinity.find(sourceIp, now) >= 0;
    return { endpoints: this.endpoints, isSticky, servers: [] };
  }

  passes(_flow: Flow, _now: number): boolean {
    return true;
  }

  close(_flow: Flow, _now: number, _end: FlowEnd): void {
    // Random picks remember nothing.
  }

  apply({ endpoints, elsewhere }: UsableEndpoints, _now: number): void {
    const { plane } = this;
    plane.withoutEndpoints += Number(endpoints.length === 0) - Number(this.endpoints.length === 0);
    if (this.affinity !== null) {
      plane.affinityEndpoints += endpoints.length - this.endpoints.length;
      this.affinity.setEndpoints(endpoints);
    }
    this.endpoints = endpoints;
    this.elsewhere = elsewhere;
  }

  /** Rules of other Services that a packet passes before those of this one, which has endpoints. */
  private rulesPassed(): number {
    const { options, withoutEndpoints } = this.plane;
    return Math.floor(this.rank * (options.services - withoutEndpoints)) + withoutEndpoints;
  }

  private takeRank(): void {
    // The rule that leads to node ports is the last one, whatever the order.
    this.rank = this.external ? 1 : this.plane.options.chainOrder.next();
    this.generation = this.plane.generation;
  }
}

/**
 * The nftables data plane. A verdict map finds the Service and `numgen random mod n` its endpoint,
 * so a first packet costs the same however many Services and endpoints there are
 * (pkg/proxy/nftables/proxier.go, KEP-3866). With session affinity it is looked up in a set per
 * endpoint first, one after the other.
 *
 * Left out: masquerade of sources outside the cluster's range.
 */
import type { ProxyCosts } from '../contract/plan.ts';
import type { Sampler } from '../engine/distributions/sampler.ts';
import type { RandomStream } from '../engine/random.ts';
import { fillPods, type Endpoint, type UsableEndpoints } from '../kube/endpoint.ts';
import { AffinityTable } from './affinity.ts';
import { DROPPED, FORWARDED, REJECTED } from './data-plane.ts';
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
import { programmingTime } from './programming-time.ts';

/** Elements that nft gives a dynamic set which names no size. */
const AFFINITY_SET_SIZE = 65_535;

export interface NftablesOptions {
  readonly costs: ProxyCosts['nftables'];
  readonly masqueradeAll: boolean;
  /** One draw a pick. */
  readonly picks: RandomStream;
  /** What first packets cost. */
  readonly base: Sampler;
}

export class Nftables implements DataPlane {
  /** Set `cluster-ips`: a known ClusterIP at an unknown port is rejected. */
  readonly unknownPort: Verdict = REJECTED;
  /** An unallocated address of the service range is dropped. */
  readonly unknownAddress: Verdict = DROPPED;
  /** conntrack remembers what was decided. */
  readonly usesConntrack: boolean = true;
  readonly decidesAtConnect: boolean = false;
  readonly rejectsByIcmp: boolean = true;
  readonly idleTimeout: number = Infinity;
  readonly memory: number = 0;
  readonly followsFlows: boolean = false;
  private readonly options: NftablesOptions;

  constructor(options: NftablesOptions) {
    this.options = options;
  }

  createRules(port: ServicePortFacts, usable: UsableEndpoints): ServiceRules {
    return new NftablesRules(this.options, port.affinity, usable);
  }

  /** A look-up that finds nothing costs what one costs that finds something. */
  costOfMiss(): number {
    return this.options.base.next();
  }

  programmingTime(work: SyncWork): number {
    return programmingTime(this.options.costs, work);
  }

  synced(): void {
    // Maps have no order that a sync could change.
  }
}

class NftablesRules implements ServiceRules {
  private readonly options: NftablesOptions;
  private readonly affinity: AffinityTable | null;
  private endpoints: readonly Endpoint[];
  private elsewhere: boolean;

  constructor(options: NftablesOptions, timeout: number | null, usable: UsableEndpoints) {
    this.options = options;
    this.endpoints = usable.endpoints;
    this.elsewhere = usable.elsewhere;
    const capacity = AFFINITY_SET_SIZE;
    this.affinity =
      timeout === null
        ? null
        : new AffinityTable({ timeout, capacity, whenFull: 'ignore' }, usable.endpoints);
  }

  open(flow: Flow, now: number): Verdict {
    const { options } = this;
    const n = this.endpoints.length;
    let cost = options.base.next();
    if (n === 0) {
      flow.endpoint = null;
      flow.proxyCost = cost;
      return this.elsewhere ? DROPPED : REJECTED;
    }
    let position: number;
    if (this.affinity === null) {
      position = options.picks.below(n);
    } else {
      position = this.affinity.find(flow.sourceIp, now);
      cost += (position < 0 ? n : position) * options.costs.perAffinityRule;
      if (position < 0) position = options.picks.below(n);
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
    const { options, endpoints } = this;
    const { masquerade } = options.costs;
    const costAlike = options.masqueradeAll || masquerade === 0 || !ofPods;
    if (this.affinity !== null || endpoints.length === 0 || !costAlike) return false;
    options.picks.fillBelow(endpoints.length, pods, count);
    fillPods(pods, count, endpoints);
    options.base.fill(costs, count);
    if (!options.masqueradeAll || masquerade === 0) return true;
    for (let i = 0; i < count; i++) costs[i] = Math.round(costs[i] + masquerade);
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
    this.affinity?.setEndpoints(endpoints);
    this.endpoints = endpoints;
    this.elsewhere = elsewhere;
  }
}

/**
 * The nftables data plane. A verdict map finds the Service and `numgen random mod n` its endpoint,
 * so a first packet costs the same however many Services and endpoints there are
 * (pkg/proxy/nftables/proxier.go, KEP-3866).
 *
 * Left out: masquerade, hairpin, session affinity, full resyncs.
 */
import type { ProxyCosts } from '../contract/plan.ts';
import type { RandomStream } from '../engine/random.ts';
import type { Endpoint, UsableEndpoints } from '../kube/endpoint.ts';
import { DROPPED, FORWARDED, REJECTED } from './data-plane.ts';
import type {
  DataPlane,
  Flow,
  FlowEnd,
  ServicePortFacts,
  ServiceRules,
  SyncWork,
  Verdict,
} from './data-plane.ts';

export interface NftablesOptions {
  readonly costs: ProxyCosts['nftables'];
  /** One draw a pick. */
  readonly picks: RandomStream;
}

export class Nftables implements DataPlane {
  /** Set `cluster-ips`: a known ClusterIP at an unknown port is rejected. */
  readonly unknownPort: Verdict = REJECTED;
  /** An unallocated address of the service range is dropped. */
  readonly unknownAddress: Verdict = DROPPED;
  readonly idleTimeout: number = Infinity;
  private readonly options: NftablesOptions;

  constructor(options: NftablesOptions) {
    this.options = options;
  }

  createRules(_port: ServicePortFacts, { endpoints }: UsableEndpoints): ServiceRules {
    return new NftablesRules(this.options, endpoints);
  }

  /** Only what changed is written. */
  programmingTime({ changedServices: changed }: SyncWork): number {
    const { syncBase, syncPerChange } = this.options.costs;
    return Math.round(syncBase + syncPerChange * changed);
  }

  synced(): void {
    // Maps have no order that a sync could change.
  }
}

class NftablesRules implements ServiceRules {
  private readonly options: NftablesOptions;
  private readonly cost: number;
  private endpoints: readonly Endpoint[];

  constructor(options: NftablesOptions, endpoints: readonly Endpoint[]) {
    this.options = options;
    this.cost = Math.round(options.costs.base);
    this.endpoints = endpoints;
  }

  open(flow: Flow, _now: number): Verdict {
    const n = this.endpoints.length;
    flow.proxyCost = this.cost;
    if (n === 0) {
      flow.endpoint = null;
      return REJECTED;
    }
    flow.endpoint = this.endpoints[this.options.picks.below(n)];
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
}

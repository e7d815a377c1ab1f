/**
 * An eBPF data plane as Cilium's. A client's connect() is rewritten to the address of a backend picked at random
 * before any packet leaves (socket load balancing), so nothing is translated later: an established connection
 * outlives every change of the rules, and no later packet asks. What comes from outside the cluster is
 * balanced packet by packet at the node's device instead, at random or with Maglev's table, which gives the
 * same client the same backend on every node. Session affinity keeps the client's backend in an LRU map.
 *
 * Source: cilium: Documentation/network/kubernetes/kubeproxy-free.rst, bpf/bpf_sock.c, bpf/lib/lb.h.
 *
 * Left out: the connection map's own limit (proxy.conntrack stands for it); sockets of deleted UDP backends that newer
 * versions close; the shared limit of the affinity map, which here is each Service's own.
 */
import type { EbpfAlgorithm, ProxyCosts } from '../contract/plan.ts';
import type { Sampler } from '../engine/distributions/sampler.ts';
import type { RandomStream } from '../engine/random.ts';
import { fillPods, type Endpoint, type UsableEndpoints } from '../kube/endpoint.ts';
import { AffinityTable } from './affinity.ts';
import { FORWARDED, REJECTED, UNROUTED } from './data-plane.ts';
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
import { MaglevTable } from './maglev.ts';
import { programmingTime } from './programming-time.ts';

/** Entries of the affinity map (bpf-lb-map-max). */
const AFFINITY_MAP_SIZE = 65_536;

export interface EbpfOptions {
  readonly costs: ProxyCosts['ebpf'];
  readonly algorithm: EbpfAlgorithm;
  readonly maglevTableSize: number;
  /** One draw a pick. */
  readonly picks: RandomStream;
  /** What connect() costs. */
  readonly base: Sampler;
}

export class Ebpf implements DataPlane {
  /** The map has no such entry, nothing is translated, and the packet leaves by the default route. */
  readonly unknownPort: Verdict = UNROUTED;
  readonly unknownAddress: Verdict = UNROUTED;
  /** The socket itself holds the backend's address. */
  readonly usesConntrack: boolean = false;
  readonly decidesAtConnect: boolean = true;
  readonly rejectsByIcmp: boolean = false;
  readonly idleTimeout: number = Infinity;
  readonly memory: number = 0;
  readonly followsFlows: boolean = false;
  private readonly options: EbpfOptions;

  constructor(options: EbpfOptions) {
    this.options = options;
  }

  createRules(port: ServicePortFacts, usable: UsableEndpoints): ServiceRules {
    return new EbpfRules(this.options, port, usable);
  }

  /** A look-up that finds nothing. */
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

class EbpfRules implements ServiceRules {
  private readonly options: EbpfOptions;
  private readonly affinity: AffinityTable | null;
  /** Null: random. */
  private readonly maglev: MaglevTable | null;
  private endpoints: readonly Endpoint[];

  constructor(options: EbpfOptions, port: ServicePortFacts, { endpoints }: UsableEndpoints) {
    this.options = options;
    this.endpoints = endpoints;
    const { affinity: timeout, external } = port;
    const capacity = AFFINITY_MAP_SIZE;
    this.affinity =
      timeout === null
        ? null
        : new AffinityTable({ timeout, capacity, whenFull: 'evict' }, endpoints);
    this.maglev =
      external && options.algorithm === 'maglev'
        ? new MaglevTable(options.maglevTableSize, endpoints)
        : null;
  }

  /** With no backend connect() fails at once, whatever the reason. */
  open(flow: Flow, now: number): Verdict {
    flow.proxyCost = this.options.base.next();
    if (this.endpoints.length === 0) {
      flow.endpoint = null;
      return REJECTED;
    }
    let position = this.affinity === null ? -1 : this.affinity.find(flow.sourceIp, now);
    if (position < 0) position = this.pick(flow);
    this.affinity?.record(flow.sourceIp, position, now);
    flow.endpoint = this.endpoints[position]!;
    return FORWARDED;
  }

  openMany(count: number, pods: Int32Array, costs: Float64Array): boolean {
    const { options, endpoints } = this;
    const isRandom = this.affinity === null && this.maglev === null;
    if (!isRandom || endpoints.length === 0) return false;
    options.picks.fillBelow(endpoints.length, pods, count);
    fillPods(pods, count, endpoints);
    options.base.fill(costs, count);
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
    // The socket goes, and with it all that was remembered.
  }

  apply({ endpoints }: UsableEndpoints, _now: number): void {
    this.affinity?.setEndpoints(endpoints);
    this.maglev?.setEndpoints(endpoints);
    this.endpoints = endpoints;
  }

  private pick(flow: Flow): number {
    if (this.maglev === null) return this.options.picks.below(this.endpoints.length);
    // With session affinity the port does not count, so that a client keeps its backend.
    return this.maglev.pick(flow.sourceIp, this.affinity === null ? flow.sourcePort : 0);
  }
}

/** One ServicePort on one node: its virtual server, kept as kube-proxy keeps it (pkg/proxy/ipvs/proxier.go, syncEndpoint). */
import type { Sampler } from '../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { Endpoint, UsableEndpoints } from '../../kube/endpoint.ts';
import { ABANDONED, CLOSED_BY_SERVER, DROPPED, FORWARDED, REJECTED, RESET } from '../data-plane.ts';
import type { Choice, CountedFlows, Flow, FlowEnd, ServiceRules, Verdict } from '../data-plane.ts';
import { IpvsCountedFlows } from './counted-flows.ts';
import type { GracefulTermination } from './graceful-termination.ts';
import { REFUSED } from './kernel/ip-vs.ts';
import type { IpVs } from './kernel/ip-vs.ts';
import type { VirtualServer } from './kernel/virtual-server.ts';
import { ANYWHERE } from './schedulers/scheduler.ts';
import type { Source } from './schedulers/scheduler.ts';

/** The weight of every server that is not draining. */
const WEIGHT = 1;

/** Ports that stand in for those that are not tracked begin above it. */
const LAST_PORT = 65_535;

export interface IpvsRulesOptions {
  readonly kernel: IpVs;
  readonly virtualServer: VirtualServer;
  readonly termination: GracefulTermination;
  /** What first packets cost. */
  readonly base: Sampler;
  /** Draws the order in which endpoints are added; null: that of their addresses. */
  readonly order: RandomStream | null;
  /** Each flow needs its entry, for the picks of others or for its own packets. */
  readonly followsFlows: boolean;
}

export class IpvsRules implements ServiceRules {
  private readonly kernel: IpVs;
  private readonly virtualServer: VirtualServer;
  private readonly termination: GracefulTermination;
  private readonly base: Sampler;
  private readonly order: RandomStream | null;
  private flows: CountedFlows | null = null;
  /** Whether it may decide many flows at once; and whether it has, so that there are some of which it knows nothing. */
  private canOpenMany: boolean;
  private hasOpenedMany = false;
  private readonly untracked = { sourceIp: 0, sourcePort: LAST_PORT };

  constructor(options: IpvsRulesOptions) {
    this.kernel = options.kernel;
    this.virtualServer = options.virtualServer;
    this.termination = options.termination;
    this.base = options.base;
    this.order = options.order;
    this.canOpenMany = !options.followsFlows;
  }

  open(flow: Flow, now: number): Verdict {
    const { kernel } = this;
    this.termination.at(now);
    flow.proxyCost = this.base.next();
    flow.seenAt = now;
    const source = flow.sourcePort === 0 ? this.standIn(flow) : flow;
    const entry = kernel.receive(this.virtualServer, source, flow);
    if (entry < 0) {
      flow.endpoint = null;
      flow.slot = -1;
      return entry === REFUSED ? REJECTED : DROPPED;
    }
    flow.endpoint = kernel.entries.serverOf(entry).endpoint;
    flow.slot = entry;
    return FORWARDED;
  }

  openMany(count: number, pods: Int32Array, costs: Float64Array): boolean {
    const { scheduler, list } = this.virtualServer;
    if (!this.canOpenMany) return false;
    for (let i = 0; i < count; i++) {
      const index = scheduler.pick(ANYWHERE);
      // There is a server for all of them or for none.
      if (index < 0) return false;
      pods[i] = list[index].endpoint!.pod;
    }
    this.base.fill(costs, count);
    this.hasOpenedMany = true;
    return true;
  }

  counted(): CountedFlows | null {
    const { virtualServer, termination, base, kernel } = this;
    const { scheduler, persistence, isUdp } = virtualServer;
    if (scheduler.goesBySource || persistence > 0 || isUdp) return null;
    this.flows ??= new IpvsCountedFlows(virtualServer, termination, base, kernel.entries.counted);
    return this.flows;
  }

  choice({ sourceIp }: Flow, now: number): Choice {
    const { kernel, virtualServer } = this;
    this.termination.at(now);
    const { list } = virtualServer;
    const isSticky =
      virtualServer.persistence > 0 && kernel.templateOf(virtualServer, sourceIp) >= 0;
    return {
      endpoints: list.flatMap(({ endpoint }) => (endpoint === null ? [] : [endpoint])),
      isSticky,
      servers: list.map(({ endpoint, weight, active, inactive }) => ({
        endpoint,
        weight,
        active,
        inactive,
      })),
    };
  }

  passes(flow: Flow, now: number): boolean {
    this.termination.at(now);
    if (!this.hasEntry(flow) || this.kernel.refresh(flow.slot) === REFUSED) return false;
    flow.seenAt = now;
    return true;
  }

  close(flow: Flow, now: number, end: FlowEnd): void {
    this.termination.at(now);
    // UDP knows no end; and what was idle for long may have been forgotten.
    if (this.virtualServer.isUdp || !this.hasEntry(flow)) return;
    if (end === RESET) this.kernel.closedByReset(flow.slot);
    else if (end === ABANDONED) this.kernel.abandoned(flow.slot, flow.seenAt);
    else if (end === CLOSED_BY_SERVER) this.kernel.closedByServer(flow.slot);
    else this.kernel.closedByFin(flow.slot);
  }

  /** Endpoints that are new are added before those that have gone are removed. */
  apply({ endpoints }: UsableEndpoints, now: number): void {
    const { virtualServer, termination } = this;
    termination.at(now);
    const present = new Map(
      virtualServer.list.map((server) => [addressOf(server.endpoint), server]),
    );
    for (const endpoint of this.inOrder(endpoints)) {
      const server = present.get(endpoint.address);
      present.delete(endpoint.address);
      if (server !== undefined && !termination.isDraining(server)) {
        virtualServer.setEndpoint(server, endpoint);
        continue;
      }
      if (server !== undefined) termination.cutShort(server);
      virtualServer.setEndpoint(virtualServer.add(endpoint.ip, endpoint.port, WEIGHT), endpoint);
    }
    // Whether a server drains depends on its flows.
    if (present.size > 0 && this.hasOpenedMany) this.canOpenMany = false;
    for (const server of present.values()) {
      if (!termination.isDraining(server)) termination.remove(server);
    }
  }

  private hasEntry(flow: Flow): boolean {
    return flow.slot >= 0 && this.kernel.entries.isWitness(flow.slot, flow);
  }

  /** The source of a flow whose client's ports are not tracked: one that no other flow has. */
  private standIn(flow: Flow): Source {
    const { untracked } = this;
    untracked.sourceIp = flow.sourceIp;
    untracked.sourcePort++;
    return untracked;
  }

  private inOrder(endpoints: readonly Endpoint[]): readonly Endpoint[] {
    if (this.order === null) return endpoints;
    const shuffled = endpoints.slice();
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.order.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  }
}

const addressOf = (endpoint: Endpoint | null): string => endpoint?.address ?? '';

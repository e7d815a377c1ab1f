/**
 * The rules in force on one node, as the kernel has them: those that kube-proxy's last sync has left. They outlive the
 * process, and end with the node.
 */
import type { PlannedProxy } from '../../contract/plan.ts';
import type { EndpointSet, UsableEndpoints, Vantage } from '../../kube/endpoint.ts';
import type { DataPlane, ServiceRules } from '../../proxy/data-plane.ts';
import { MODES, type DataPlaneContext } from '../../proxy/modes.ts';
import type { NamedPods } from '../measure/stale-view.ts';
import type { World } from '../world.ts';
import type { EndpointChange } from './change-log.ts';
import { endpointsChanged } from './endpoint-changes.ts';
import { BY_CLUSTER_IP, ENTRANCES, policyFor, type Entrance } from './entrance.ts';

/** How far a change is from what is in force, over the ServicePorts of a Service. */
export interface ChangeSize {
  readonly services: number;
  /** Endpoints that came or went, and how many more there are than before. */
  readonly changed: number;
  readonly more: number;
}

export class NodeRules {
  plane: DataPlane;
  /** The node has booted, and has no rules yet. */
  isBlank: boolean = false;

  private readonly world: World;
  private readonly vantage: Vantage;
  private readonly settings: DataPlaneContext;
  /** Rules that a flow has needed, by entrance and ServicePort. */
  private readonly rules = new Map<number, ServiceRules>();
  /** What clients here may be sent to, by entrance and ServicePort. */
  private readonly named = new Map<number, NamedPods>();
  /** Those by which a flow has come. */
  private entrances: readonly Entrance[] = [BY_CLUSTER_IP];
  /** Changes in force, by Service; others are still as they were at the start. */
  private readonly applied = new Map<number, EndpointChange>();
  /** When they were put in force, ns. */
  private readonly appliedAt = new Map<number, number>();

  /** @param services ServicePorts on the node, the background ones included */
  constructor(world: World, node: number, proxy: PlannedProxy, services: number) {
    const { name, zone } = world.plan.nodes[node];
    this.world = world;
    this.vantage = { node, zone };
    this.settings = {
      proxy,
      services,
      picks: world.stream(`node/${name}/pick`),
      chainOrder: world.stream(`node/${name}/chain-order`),
      firstPackets: world.stream(`node/${name}/first-packet`),
      caches: world.stream(`node/${name}/cache`),
    };
    this.plane = MODES[proxy.mode](this.settings);
    for (const change of world.controlPlane.published()) this.applied.set(change.service, change);
  }

  /** The rules for what comes to a ServicePort by an entrance; null: there are none. */
  of(servicePort: number, entrance: Entrance): ServiceRules | null {
    if (this.isBlank) return null;
    const key = this.keyOf(servicePort, entrance);
    let rules = this.rules.get(key);
    if (rules === undefined) {
      const { world } = this;
      const facts =
        entrance === BY_CLUSTER_IP
          ? world.factsOf(servicePort)
          : world.nodePortFactsOf(servicePort, this.vantage.node);
      rules = this.plane.createRules(facts, this.usableOf(servicePort, entrance));
      this.rules.set(key, rules);
    }
    return rules;
  }

  /** Clients call a ServicePort by an entrance of this node. */
  follow(servicePort: number, entrance: Entrance): void {
    const key = this.keyOf(servicePort, entrance);
    if (this.named.has(key)) return;
    if (entrance !== BY_CLUSTER_IP) this.entrances = ENTRANCES;
    const usable = this.usableOf(servicePort, entrance);
    this.named.set(key, this.world.staleView.follow(this.vantage.node, usable));
  }

  /** Whether the node has a ready endpoint of its own of a ServicePort. */
  hasReadyEndpoint(servicePort: number): boolean {
    const { endpoints } = this.endpointsOf(servicePort).usable('Local', this.vantage);
    return !this.isBlank && endpoints[0]?.ready === true;
  }

  endpointsOf(servicePort: number): EndpointSet {
    const { service, port } = this.world.servicePorts[servicePort];
    return this.setsOf(service)[port];
  }

  /** The version of a Service that is in force; 0: that of the start. */
  versionOf(service: number): number {
    return this.applied.get(service)?.version ?? 0;
  }

  /** When that was put in force, ns; null: before the node's rules were first needed. */
  appliedAtOf(service: number): number | null {
    return this.appliedAt.get(service) ?? null;
  }

  sizeOf({ service, sets }: EndpointChange): ChangeSize {
    const before = this.setsOf(service);
    let changed = 0;
    let more = 0;
    for (let port = 0; port < sets.length; port++) {
      const from = this.usable(service, before[port], BY_CLUSTER_IP);
      const to = this.usable(service, sets[port], BY_CLUSTER_IP);
      more += to.endpoints.length - from.endpoints.length;
      changed += endpointsChanged(from, to);
    }
    return { services: sets.length, changed, more };
  }

  /** Puts a change in force at `now` (ns). */
  apply(change: EndpointChange, now: number): void {
    const { service, sets } = change;
    this.applied.set(service, change);
    this.appliedAt.set(service, now);
    const first = this.world.servicePort(service, 0);
    for (let port = 0; port < sets.length; port++) {
      for (const entrance of this.entrances) {
        const key = this.keyOf(first + port, entrance);
        const usable = this.usable(service, sets[port], entrance);
        this.rules.get(key)?.apply(usable, now);
        this.named.get(key)?.change(usable, now);
      }
    }
  }

  /** A sync has written what it had to. */
  synced(): void {
    this.isBlank = false;
    this.plane.synced();
  }

  /** The node goes down, and its kernel with all that it remembered. */
  lose(): void {
    this.isBlank = true;
    this.rules.clear();
    this.plane = MODES[this.settings.proxy.mode](this.settings);
  }

  private setsOf(service: number): readonly EndpointSet[] {
    return this.applied.get(service)?.sets ?? this.world.controlPlane.initialOf(service);
  }

  private usableOf(servicePort: number, entrance: Entrance): UsableEndpoints {
    const { service } = this.world.servicePorts[servicePort];
    return this.usable(service, this.endpointsOf(servicePort), entrance);
  }

  /** What the node makes of a set of a Service, for what comes by an entrance. */
  private usable(service: number, set: EndpointSet, entrance: Entrance): UsableEndpoints {
    return set.usable(policyFor(this.world.plan.services[service], entrance), this.vantage);
  }

  private keyOf(servicePort: number, entrance: Entrance): number {
    return servicePort + entrance * this.world.servicePorts.length;
  }
}

/**
 * The kube-proxy of one node: what it has heard of changes, when it syncs, and the rules in force, which are
 * those of its last finished sync.
 *
 * Left out: full resyncs, failures, restarts.
 */
import { PHASE_CONTROL } from '../../engine/event-queue.ts';
import { Moment } from '../../engine/moment.ts';
import { usableEndpoints, type EndpointSet } from '../../kube/endpoint.ts';
import { Conntrack } from '../../proxy/conntrack.ts';
import type { DataPlane, ServiceRules } from '../../proxy/data-plane.ts';
import { MODES } from '../../proxy/modes.ts';
import type { World } from '../world.ts';
import { SyncRunner } from './sync-runner.ts';

/** A Service's new endpoint sets, one a ServicePort, and since when the pods had been that way. */
export interface EndpointChange {
  readonly service: number;
  readonly sets: readonly EndpointSet[];
  readonly causedAt: number;
}

export class NodeProxy {
  readonly node: number;
  readonly plane: DataPlane;
  /** Null where connections are not tracked. */
  readonly conntrack: Conntrack | null;

  private readonly world: World;
  /** ServicePorts on the node, the background ones included. */
  private readonly services: number;
  private readonly runner: SyncRunner;
  /** The end of the sync that runs, or of the wait for the next. */
  private readonly sync: Moment;
  /** Rules that a flow has needed, by ServicePort. */
  private readonly rulesInForce = new Map<number, ServiceRules>();
  /** Sets applied by a sync, by ServicePort; others are still as they were at the start. */
  private readonly applied = new Map<number, EndpointSet>();
  /** Heard of and not yet applied, by Service. */
  private pending = new Map<number, EndpointChange>();
  private applying: Map<number, EndpointChange> | null = null;
  /** The watch delivers in order: not before this instant. */
  private deliveredUpTo = 0;

  constructor(world: World, node: number) {
    const plan = world.plan.nodes[node];
    const proxy = world.plan.proxies[plan.proxy];
    this.world = world;
    this.node = node;
    this.services = world.servicePortCount + proxy.otherServices;
    this.plane = MODES[proxy.mode]({
      proxy,
      services: this.services,
      picks: world.stream(`node/${plan.name}/pick`),
      chainOrder: world.stream(`node/${plan.name}/chain-order`),
    });
    const { max, timeWait } = proxy.conntrack;
    this.conntrack = max === null ? null : new Conntrack(max, timeWait);
    this.runner = new SyncRunner(proxy.minSyncPeriod, proxy.burst);
    this.sync = new Moment(world.queue, () => {
      if (this.applying !== null) this.finishSync();
      else this.trySync();
    });
  }

  /** The rules of a ServicePort, as of the last finished sync. */
  rules(servicePort: number): ServiceRules {
    let rules = this.rulesInForce.get(servicePort);
    if (rules === undefined) {
      const set =
        this.applied.get(servicePort) ?? this.world.controlPlane.initialEndpoints(servicePort);
      rules = this.plane.createRules(
        this.world.factsOf(servicePort),
        usableEndpoints(set.endpoints),
      );
      this.rulesInForce.set(servicePort, rules);
    }
    return rules;
  }

  /** The instant at which something sent now with this delay (ns) arrives over the watch. */
  watchArrival(delay: number): number {
    this.deliveredUpTo = Math.max(this.deliveredUpTo, this.world.queue.now + delay);
    return this.deliveredUpTo;
  }

  /** A change arrives over the watch. */
  receive(change: EndpointChange): void {
    const earlier = this.pending.get(change.service);
    const causedAt = Math.min(change.causedAt, earlier?.causedAt ?? Infinity);
    this.pending.set(change.service, { ...change, causedAt });
    this.trySync();
  }

  /** Starts a sync if there is cause and the runner allows it; otherwise comes back when it may. */
  trySync(): void {
    if (this.applying !== null || this.pending.size === 0) return;
    const { queue } = this.world;
    if (!this.runner.tryStart(queue.now)) {
      if (!queue.isPending(this.sync)) {
        queue.schedule(this.sync, this.runner.retryAt(queue.now), PHASE_CONTROL);
      }
      return;
    }
    queue.cancel(this.sync);
    this.applying = this.pending;
    this.pending = new Map();
    let ports = 0;
    for (const change of this.applying.values()) ports += change.sets.length;
    const span = this.plane.programmingTime({
      full: false,
      services: this.services,
      endpoints: 0,
      changedServices: ports,
      changedEndpoints: 0,
    });
    if (span === 0) this.finishSync();
    else queue.schedule(this.sync, queue.now + span, PHASE_CONTROL);
  }

  private finishSync(): void {
    const { world } = this;
    const { now } = world.queue;
    for (const change of this.applying!.values()) {
      const first = world.servicePort(change.service, 0);
      change.sets.forEach((set, port) => {
        this.applied.set(first + port, set);
        this.rulesInForce.get(first + port)?.apply(usableEndpoints(set.endpoints), now);
      });
      world.measurement.programmed(now - change.causedAt);
    }
    this.applying = null;
    this.plane.synced();
    this.runner.completed(now);
    world.measurement.syncs++;
    this.trySync();
  }
}

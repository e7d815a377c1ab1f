/**
 * The kube-proxy of one node: what it has heard of changes, when it syncs, and the rules in force, which are
 * those of its last sync that succeeded. They are the kernel's, so they outlive the process.
 *
 * A sync writes what has changed since the last, or everything: after a start, after a failure (the
 * changes of a failed sync are no longer tracked, pkg/proxy/iptables/proxier.go: needFullSync) and once an
 * hour. While it runs the old rules are in force; then all at once the new ones (iptables-restore
 * commits a table, nft a transaction). Changes that arrive meanwhile wait for the next.
 *
 * Left out: rules that somebody else has flushed; in large clusters (over 1,000 endpoints) iptables skips
 * the hourly full sync since 1.36.
 */
import type { PlannedProxy } from '../../contract/plan.ts';
import { PHASE_CONTROL } from '../../engine/event-queue.ts';
import { Moment } from '../../engine/moment.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { EndpointSet, UsableEndpoints, Vantage } from '../../kube/endpoint.ts';
import { Conntrack } from '../../proxy/conntrack.ts';
import type { DataPlane, ServiceRules, SyncWork } from '../../proxy/data-plane.ts';
import { MODES } from '../../proxy/modes.ts';
import type { World } from '../world.ts';
import { endpointsChanged } from './endpoint-changes.ts';
import { SyncRunner, type SyncRunnerOptions } from './sync-runner.ts';

/** New endpoint sets of a Service, one a ServicePort. One object for all nodes. */
export interface EndpointChange {
  readonly service: number;
  /** 1 for the first change of the Service. */
  readonly version: number;
  readonly sets: readonly EndpointSet[];
}

/** Endpoints of each background Service. */
const ENDPOINTS_OF_OTHERS = 2;

export class NodeProxy {
  readonly node: number;
  readonly plane: DataPlane;
  /** Null where connections are not tracked. */
  readonly conntrack: Conntrack | null;

  private readonly world: World;
  private readonly vantage: Vantage;
  private readonly plan: PlannedProxy;
  /** ServicePorts on the node, the background ones included. */
  private readonly services: number;
  /** Endpoints in the rules in force, the background ones included; and in those that a sync writes. */
  private endpoints: number;
  private endpointsWritten: number;
  private runner: SyncRunner;
  private readonly failures: RandomStream | null;
  /** The end of the sync that runs, or the next time to look whether one may start. */
  private readonly timer: Moment;
  /** Rules that a flow has needed, by ServicePort. */
  private readonly rulesInForce = new Map<number, ServiceRules>();
  /** Changes in force, by Service; others are still as they were at the start. */
  private readonly applied = new Map<number, EndpointChange>();
  /** Heard of and not yet in force: what the next sync takes, and what the one that runs has taken. */
  private pending = new Map<number, EndpointChange>();
  private taken = new Map<number, EndpointChange>();
  private isSyncing = false;
  /** Somebody has asked for a sync that has not started. */
  private isWanted = false;
  private needsFullSync = false;
  /** Whether the process is there; if not, when it is back. */
  private isRunning = true;
  private backAt = 0;
  /** It has been started during the run, and its first sync has yet to succeed. */
  private hasRestarted = false;
  private isStarting = false;
  private lastFullAt: number;
  /** The watch delivers in order: not before this instant. */
  private deliveredUpTo = 0;

  constructor(world: World, node: number) {
    const { name, proxy, zone } = world.plan.nodes[node];
    this.world = world;
    this.node = node;
    this.vantage = { node, zone };
    this.plan = world.plan.proxies[proxy];
    const { plan } = this;
    this.services = world.servicePortCount + plan.otherServices;
    this.endpoints =
      world.controlPlane.initialEndpointCount() + ENDPOINTS_OF_OTHERS * plan.otherServices;
    this.endpointsWritten = this.endpoints;
    this.plane = MODES[plan.mode]({
      proxy: plan,
      services: this.services,
      picks: world.stream(`node/${name}/pick`),
      chainOrder: world.stream(`node/${name}/chain-order`),
      firstPackets: world.stream(`node/${name}/first-packet`),
      caches: world.stream(`node/${name}/cache`),
    });
    const { max } = plan.conntrack;
    this.conntrack = max === null ? null : new Conntrack(max, plan.conntrack);
    this.failures = plan.syncFailure > 0 ? world.stream(`node/${name}/sync-failure`) : null;
    const { maxInterval, fullSyncPeriod } = plan;
    // The kube-proxies of a cluster have not all done their last sync at the same moment.
    const age = maxInterval === null ? 0 : world.stream(`node/${name}/resync`).next();
    const { now } = world.queue;
    this.runner = new SyncRunner(runnerOptions(plan), now, Math.round(age * (maxInterval ?? 0)));
    this.lastFullAt = now - Math.round(age * (fullSyncPeriod ?? 0));
    this.timer = new Moment(world.queue, () => this.wake());
    for (const change of world.controlPlane.published()) this.applied.set(change.service, change);
    this.setTimer();
  }

  /** The rules of a ServicePort, as of the last sync that succeeded. */
  rules(servicePort: number): ServiceRules {
    let rules = this.rulesInForce.get(servicePort);
    if (rules === undefined) {
      const { service, port } = this.world.servicePorts[servicePort];
      rules = this.plane.createRules(
        this.world.factsOf(servicePort),
        this.usable(service, this.setsInForce(service)[port]),
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
    if (!this.isRunning) return;
    // What was under way at a start is in the list that it began with.
    if (this.hasRestarted && change.version <= this.versionHeardOf(change.service)) return;
    this.pending.set(change.service, change);
    if (this.isWanted) return;
    this.isWanted = true;
    if (!this.isSyncing) this.trySync();
  }

  /**
   * The process ends now and is back after `span` ns, with the Services and slices of that moment. The kernel keeps the
   * rules meanwhile, with all they remember; a sync that runs is lost.
   */
  restart(span: number): void {
    const { queue } = this.world;
    queue.cancel(this.timer);
    this.isRunning = false;
    this.isSyncing = false;
    this.isWanted = false;
    this.pending.clear();
    this.taken.clear();
    this.backAt = Math.max(this.backAt, queue.now + span);
    queue.schedule(new Moment(queue, () => this.start()), queue.now + span, PHASE_CONTROL);
  }

  /** Lists what there is, and writes it all: at once, for the runner only begins to count after that. */
  private start(): void {
    const { now } = this.world.queue;
    // It may have been restarted again meanwhile.
    if (this.isRunning || now < this.backAt) return;
    this.isRunning = true;
    this.hasRestarted = true;
    this.isStarting = true;
    this.needsFullSync = true;
    this.runner = new SyncRunner(runnerOptions(this.plan), now);
    for (const change of this.world.controlPlane.published()) {
      if (change.version > this.versionHeardOf(change.service)) {
        this.pending.set(change.service, change);
      }
    }
    this.startSync();
  }

  private versionHeardOf(service: number): number {
    const change =
      this.pending.get(service) ?? this.taken.get(service) ?? this.applied.get(service);
    return change?.version ?? 0;
  }

  private wake(): void {
    if (this.isSyncing) {
      this.finishSync();
      return;
    }
    if (this.world.queue.now >= this.runner.dueAt) this.isWanted = true;
    this.trySync();
  }

  /** Starts a sync if there is cause and the runner allows it; otherwise comes back when it may. */
  private trySync(): void {
    if (this.isWanted && this.runner.tryStart(this.world.queue.now)) this.startSync();
    else this.setTimer();
  }

  /** Comes back when a sync that is wanted may start, or when one is due. */
  private setTimer(): void {
    const { queue } = this.world;
    queue.cancel(this.timer);
    const at = this.isWanted ? this.runner.retryAt(queue.now) : this.runner.dueAt;
    // The first sync of a process may have taken longer than the runner lets any two lie apart.
    if (at < Infinity) queue.schedule(this.timer, Math.max(at, queue.now), PHASE_CONTROL);
  }

  private startSync(): void {
    const { queue } = this.world;
    const { now } = queue;
    queue.cancel(this.timer);
    this.isWanted = false;
    this.isSyncing = true;
    const { pending, taken } = this;
    this.pending = taken;
    this.taken = pending;
    const { fullSyncPeriod } = this.plan;
    if (fullSyncPeriod !== null && now >= this.lastFullAt + fullSyncPeriod) {
      this.needsFullSync = true;
    }
    const span = this.plane.programmingTime(this.work());
    if (span === 0) this.finishSync();
    else queue.schedule(this.timer, now + span, PHASE_CONTROL);
  }

  /** What the sync that starts has to write. */
  private work(): SyncWork {
    let changedServices = 0;
    let changedEndpoints = 0;
    let { endpoints } = this;
    for (const { service, sets } of this.taken.values()) {
      const before = this.setsInForce(service);
      changedServices += sets.length;
      for (let port = 0; port < sets.length; port++) {
        const from = this.usable(service, before[port]);
        const to = this.usable(service, sets[port]);
        endpoints += to.endpoints.length - from.endpoints.length;
        changedEndpoints += endpointsChanged(from, to);
      }
    }
    this.endpointsWritten = endpoints;
    const { needsFullSync: full, services } = this;
    return { full, services, endpoints, changedServices, changedEndpoints };
  }

  private finishSync(): void {
    const { world, failures } = this;
    const { now } = world.queue;
    this.isSyncing = false;
    const succeeded = failures === null || failures.next() >= this.plan.syncFailure;
    if (succeeded) this.commit(now);
    else this.fail();
    if (!succeeded || !this.isStarting) this.runner.completed(now, succeeded);
    this.isStarting &&= !succeeded;
    world.measurement.synced(succeeded);
    this.trySync();
  }

  /** The new rules are in force, all at once. */
  private commit(now: number): void {
    const { world } = this;
    for (const change of this.taken.values()) {
      const { service, sets, version } = change;
      const since = this.applied.get(service)?.version ?? 0;
      this.applied.set(service, change);
      const first = world.servicePort(service, 0);
      for (let port = 0; port < sets.length; port++) {
        this.rulesInForce.get(first + port)?.apply(this.usable(service, sets[port]), now);
      }
      world.controlPlane.inForce(service, since, version);
    }
    this.taken.clear();
    this.endpoints = this.endpointsWritten;
    this.plane.synced();
    if (this.needsFullSync) this.lastFullAt = now;
    this.needsFullSync = false;
  }

  /** The old rules stay; what the sync was to write is left to the next, which writes everything. */
  private fail(): void {
    const { taken, pending } = this;
    for (const [service, change] of taken) {
      if (!pending.has(service)) pending.set(service, change);
    }
    taken.clear();
    this.needsFullSync = true;
  }

  private setsInForce(service: number): readonly EndpointSet[] {
    return this.applied.get(service)?.sets ?? this.world.controlPlane.initialOf(service);
  }

  /** What the node makes of a set of a Service. */
  private usable(service: number, set: EndpointSet): UsableEndpoints {
    return set.usable(this.world.plan.services[service].internalTrafficPolicy, this.vantage);
  }
}

function runnerOptions(plan: PlannedProxy): SyncRunnerOptions {
  const { minSyncPeriod, maxInterval, syncPeriod, burst } = plan;
  return { minInterval: minSyncPeriod, maxInterval, retryInterval: syncPeriod, burst };
}

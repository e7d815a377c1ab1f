/**
 * The kube-proxy of one node: what it has heard of changes, and when it syncs. The rules in force are those of its last
 * sync that succeeded.
 *
 * A sync writes what has changed since the last, or everything: after a start, after a failure (the
 * changes of a failed sync are no longer tracked, pkg/proxy/iptables/proxier.go: needFullSync) and once an
 * hour. While it runs the old rules are in force; then all at once the new ones (iptables-restore
 * commits a table, nft a transaction). Changes that arrive meanwhile wait for the next.
 *
 * Nothing of this is an event: a change would be one for every node. The node has a clock of its own, and goes on to the
 * present when somebody meets its rules, with all that was due before at the moments at which it was.
 *
 * Left out: rules that somebody else has flushed; in large clusters (over 1,000 endpoints) iptables skips
 * the hourly full sync since 1.36.
 */
import type { PlannedProxy } from '../../contract/plan.ts';
import { doAt } from '../../engine/moment.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { EndpointSet } from '../../kube/endpoint.ts';
import { Conntrack } from '../../proxy/conntrack.ts';
import {
  DROPPED,
  FORWARDED,
  type DataPlane,
  type Flow,
  type ServiceRules,
  type SyncWork,
  type Verdict,
} from '../../proxy/data-plane.ts';
import type { World } from '../world.ts';
import type { ChangeLog, EndpointChange, LogReader } from './change-log.ts';
import { BY_CLUSTER_IP, type Entrance } from './entrance.ts';
import { NodeRules } from './node-rules.ts';
import { SyncRunner, type SyncRunnerOptions } from './sync-runner.ts';
import { Watch } from './watch.ts';

/** Endpoints of each background Service. */
const ENDPOINTS_OF_OTHERS = 2;

export class NodeProxy implements LogReader {
  readonly node: number;
  /** Null where connections are not tracked. */
  conntrack: Conntrack | null;
  /** How long conntrack remembers an idle connection, ns. */
  readonly tcpEstablishedTimeout: number;

  private readonly world: World;
  private readonly plan: PlannedProxy;
  /** ServicePorts on the node, the background ones included. */
  private readonly services: number;
  private readonly inForce: NodeRules;
  /** Endpoints in the rules in force, the background ones included; and in those that a sync writes. */
  private endpoints: number;
  private endpointsWritten: number;
  private runner: SyncRunner;
  private readonly failures: RandomStream | null;
  private readonly watch: Watch;
  /** How far the node has gone on, ns. */
  private clock: number;
  /** When something next happens on it by itself, ns, but for what it has not read of yet. */
  private due = Infinity;
  /** The end of the sync that runs, or the next time to look whether one may start, ns; and when that was set. */
  private timerAt = Infinity;
  private timerSetAt = 0;
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

  constructor(world: World, log: ChangeLog, node: number) {
    const { name, proxy } = world.plan.nodes[node];
    this.world = world;
    this.node = node;
    this.watch = new Watch(world, log, `node/${name}/watch`);
    this.plan = world.plan.proxies[proxy];
    const { plan } = this;
    this.services = world.proxiedPortCount + plan.otherServices;
    this.endpoints =
      world.controlPlane.initialEndpointCount() + ENDPOINTS_OF_OTHERS * plan.otherServices;
    this.endpointsWritten = this.endpoints;
    this.inForce = new NodeRules(world, node, plan, this.services);
    this.tcpEstablishedTimeout = plan.conntrack.tcpEstablishedTimeout;
    this.conntrack = this.makeConntrack();
    this.failures = plan.syncFailure > 0 ? world.stream(`node/${name}/sync-failure`) : null;
    const { maxInterval, fullSyncPeriod } = plan;
    // The kube-proxies of a cluster have not all done their last sync at the same moment.
    const age = maxInterval === null ? 0 : world.stream(`node/${name}/resync`).next();
    const { now } = world.queue;
    this.runner = new SyncRunner(runnerOptions(plan), now, Math.round(age * (maxInterval ?? 0)));
    this.lastFullAt = now - Math.round(age * (fullSyncPeriod ?? 0));
    this.clock = now;
    this.setTimer();
    this.due = this.timerAt;
  }

  get plane(): DataPlane {
    return this.inForce.plane;
  }

  /** Whether the node has booted, and has no rules yet. */
  get isBlank(): boolean {
    return this.inForce.isBlank;
  }

  /** Goes on to the present. Whoever meets the node's rules, or has met them, does this first. */
  keepUp(): void {
    if (this.due <= this.world.queue.now || this.watch.isBehind) this.goOn(this.world.queue.now);
  }

  /** Until when, ns, its rules stay as they are after `keepUp`, if nothing is written meanwhile. */
  get unchangedUntil(): number {
    return this.due;
  }

  /** The same, but leaves what is due just now: for those who do something to the node, which comes first. */
  readOn(): void {
    this.goOn(this.world.queue.now - 1);
  }

  /** Whether the API server reaches the node is about to change. */
  connectionChanges(): void {
    const { now } = this.world.queue;
    this.readOn();
    this.watch.interrupted(now);
    this.due = now;
  }

  /** All that happens up to `until` (ns), in its order. */
  private goOn(until: number): void {
    const { watch } = this;
    const { nodes } = this.world;
    watch.readOn();
    const isReached = nodes.controlPlaneReaches(this.node);
    for (;;) {
      const arrival = isReached ? watch.nextAt : Infinity;
      this.due = Math.min(arrival, this.timerAt);
      if (this.due > until) return;
      this.clock = this.due;
      // Of two things at one moment that comes first which was settled first.
      const isArrival =
        arrival < this.timerAt ||
        (arrival === this.timerAt && watch.nextWrittenAt <= this.timerSetAt);
      if (isArrival) {
        this.receive(watch.take());
      } else {
        this.timerAt = Infinity;
        this.wake();
      }
    }
  }

  /** The rules for what comes to a ServicePort by an entrance, as of the last sync that succeeded; null: there was none. */
  rules(servicePort: number, entrance: Entrance = BY_CLUSTER_IP): ServiceRules | null {
    this.keepUp();
    return this.inForce.of(servicePort, entrance);
  }

  /** Clients call a ServicePort by an entrance of this node. */
  follow(servicePort: number, entrance: Entrance = BY_CLUSTER_IP): void {
    this.inForce.follow(servicePort, entrance);
  }

  /** Decides a new flow now: a full conntrack table drops it, and one that is forwarded gets an entry. */
  admit(flow: Flow, rules: ServiceRules): Verdict {
    this.keepUp();
    const { conntrack } = this;
    const { now } = this.world.queue;
    if (conntrack !== null && conntrack.isFull(now)) return DROPPED;
    const verdict = rules.open(flow, now);
    if (verdict === FORWARDED && conntrack !== null) conntrack.open();
    return verdict;
  }

  /** Whether the node has a ready endpoint of its own of a ServicePort: what its health check says. */
  hasReadyEndpoint(servicePort: number): boolean {
    this.keepUp();
    return this.inForce.hasReadyEndpoint(servicePort);
  }

  /** The endpoints of a ServicePort, as of the last sync that succeeded. */
  endpointsInForce(servicePort: number): EndpointSet {
    this.keepUp();
    return this.inForce.endpointsOf(servicePort);
  }

  /** The version of a Service that is in force, and since when, ns; null: from before the run. */
  viewOf(service: number): { readonly version: number; readonly since: number | null } {
    this.keepUp();
    const { inForce } = this;
    return { version: inForce.versionOf(service), since: inForce.appliedAtOf(service) };
  }

  /** A change arrives over the watch. */
  private receive(change: EndpointChange): void {
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
    this.readOn();
    this.clock = queue.now;
    this.timerAt = Infinity;
    this.isRunning = false;
    this.isSyncing = false;
    this.isWanted = false;
    this.pending.clear();
    this.taken.clear();
    this.backAt = Math.max(this.backAt, queue.now + span);
    if (span === Infinity) return;
    doAt(queue, queue.now + span, () => this.start());
  }

  /** The node goes down, with the kernel and all that it remembered. */
  nodeLost(): void {
    this.restart(Infinity);
    this.inForce.lose();
    this.conntrack = this.makeConntrack();
  }

  /** It has booted: kube-proxy starts, and there are no rules before its first sync. */
  nodeReturned(): void {
    this.backAt = this.world.queue.now;
    this.start();
  }

  private makeConntrack(): Conntrack | null {
    const { conntrack } = this.plan;
    return conntrack.max === null ? null : new Conntrack(conntrack.max, conntrack);
  }

  /** Lists what there is, and writes it all: at once, for the runner only begins to count after that. */
  private start(): void {
    const { nodes, queue } = this.world;
    const { now } = queue;
    // It may have been restarted again meanwhile.
    if (this.isRunning || now < this.backAt) return;
    if (!nodes.controlPlaneReaches(this.node)) {
      nodes.whenReached(this.node, () => this.start());
      return;
    }
    this.readOn();
    this.clock = now;
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
    this.due = now;
  }

  private versionHeardOf(service: number): number {
    const change = this.pending.get(service) ?? this.taken.get(service);
    return change?.version ?? this.inForce.versionOf(service);
  }

  private wake(): void {
    if (this.isSyncing) {
      this.finishSync();
      return;
    }
    if (this.clock >= this.runner.dueAt) this.isWanted = true;
    this.trySync();
  }

  /** Starts a sync if there is cause and the runner allows it; otherwise comes back when it may. */
  private trySync(): void {
    if (this.isWanted && this.runner.tryStart(this.clock)) this.startSync();
    else this.setTimer();
  }

  /** Comes back when a sync that is wanted may start, or when one is due. */
  private setTimer(): void {
    const { clock } = this;
    const at = this.isWanted ? this.runner.retryAt(clock) : this.runner.dueAt;
    // The first sync of a process may have taken longer than the runner lets any two lie apart.
    this.timerAt = Math.max(at, clock);
    this.timerSetAt = clock;
  }

  private startSync(): void {
    const { clock: now } = this;
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
    if (span === 0) {
      this.finishSync();
      return;
    }
    this.timerAt = now + span;
    this.timerSetAt = now;
  }

  /** What the sync that starts has to write. */
  private work(): SyncWork {
    let changedServices = 0;
    let changedEndpoints = 0;
    let { endpoints } = this;
    for (const change of this.taken.values()) {
      const size = this.inForce.sizeOf(change);
      changedServices += size.services;
      changedEndpoints += size.changed;
      endpoints += size.more;
    }
    this.endpointsWritten = endpoints;
    const { needsFullSync: full, services } = this;
    return { full, services, endpoints, changedServices, changedEndpoints };
  }

  private finishSync(): void {
    const { world, failures, clock: now } = this;
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
    const { inForce, world } = this;
    for (const change of this.taken.values()) {
      const { service, version } = change;
      const from = inForce.versionOf(service);
      inForce.apply(change, now);
      world.controlPlane.inForce(service, { from, to: version, at: now });
    }
    this.taken.clear();
    this.endpoints = this.endpointsWritten;
    inForce.synced();
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
}

function runnerOptions(plan: PlannedProxy): SyncRunnerOptions {
  const { minSyncPeriod, maxInterval, syncPeriod, burst } = plan;
  return { minInterval: minSyncPeriod, maxInterval, retryInterval: syncPeriod, burst };
}

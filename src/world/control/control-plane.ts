/**
 * From a change in a pod to the kube-proxies: kubelet → pod status → EndpointSlices → watch, each hop with a delay of its
 * own. Every hop is level-triggered: it passes on how things stand when it acts, so changes that follow each
 * other closely fold into one.
 *
 * Only kube-proxies that serve clients are told of what is not headless; the others have nobody to mislead. They read a
 * log of changes when they are asked, so that a change costs the same however many nodes there are.
 */
import type { EndpointSet } from '../../kube/endpoint.ts';
import type { Pod } from '../cluster/pod.ts';
import type { Announcement } from '../measure/programming-tally.ts';
import { compound } from '../faults/compound.ts';
import type { World } from '../world.ts';
import { ChangeLog, type EndpointChange } from './change-log.ts';
import { EndpointSliceController, type SlicesWritten } from './endpoint-slices/controller.ts';
import type { NodeProxy } from './node-proxy.ts';
import { Relay } from './relay.ts';

/** A pod as the API server has it. */
export interface PodStatus {
  /** The Ready condition, and when it last changed, ns. */
  readonly ready: boolean;
  readonly readySince: number;
  /** When it came to its node, ns; -Infinity: long before the run. */
  readonly boundAt: number;
  /** It has a deletion timestamp. */
  readonly terminating: boolean;
  readonly gone: boolean;
  /** Its kubelet has reported its address. */
  readonly known: boolean;
}

/** Whoever is told things from the control plane. */
export interface Subscriber {
  /** Whether that reaches its node is about to change. */
  connectionChanges(): void;
}

type PodRecord = { -readonly [field in keyof PodStatus]: PodStatus[field] };

export class ControlPlane {
  readonly endpointSlices: EndpointSliceController;
  /** What has been written of Services with a ClusterIP, for kube-proxies; and of headless ones, for CoreDNS. */
  readonly changes: ChangeLog = new ChangeLog();
  readonly headlessChanges: ChangeLog = new ChangeLog();

  private slowness = 1;
  private readonly world: World;
  /** By pod number. */
  private readonly records: PodRecord[] = [];
  /** Kubelets' reports of pods that there are. */
  private readonly reports = new Map<Pod, Relay>();
  private initialCount: number | null = null;
  /** What was last written of each Service that kube-proxies are told of. */
  private readonly written = new Map<number, EndpointChange>();
  /** All changes of each Service that kube-proxies are told of, by version less 1. */
  private readonly announcements: Announcement[][] = [];
  private readonly proxies: NodeProxy[] = [];
  private readonly subscribers = new Set<Subscriber>();

  constructor(world: World) {
    this.world = world;
    this.endpointSlices = new EndpointSliceController(world, (slices) => this.publish(slices));
  }

  /** A pod of the start or of later: the API server knows it with this condition, or not at all (null). */
  register(pod: Pod, ready: boolean | null): void {
    const known = ready !== null;
    const { terminating } = pod;
    const readySince = this.world.queue.now;
    this.records[pod.index] = {
      ready: ready ?? false,
      readySince,
      boundAt: known ? -Infinity : readySince,
      terminating,
      gone: false,
      known,
    };
    this.endpointSlices.podMade(pod);
  }

  /** Everything that passes through the API server takes so many times as long. */
  get slowdown(): number {
    return this.slowness;
  }

  /** What passes through the API server takes `factor` times as long; 1/factor takes that back. */
  slow(factor: number): void {
    this.slowness = compound(this.slowness, factor);
  }

  /** A pod as the API server has it now. */
  statusOf(pod: Pod): PodStatus {
    return this.records[pod.index];
  }

  /** The node controller takes a pod for not Ready, whatever its kubelet last said, until that reports again. */
  markUnready(pod: Pod): void {
    const record = this.records[pod.index];
    if (!record.ready) return;
    const { nodes, queue } = this.world;
    const { now } = queue;
    this.update(pod, now, () => setReady(record, false, now));
    // A kubelet that hears of it again puts it right.
    if (!nodes.controlPlaneReaches(pod.node)) {
      nodes.whenReached(pod.node, () => this.podChanged(pod));
    }
  }

  /** A new pod has got an address. It matters to nobody before it is ready, unless a Service says so. */
  podStarted(pod: Pod): void {
    const { services } = this.world.plan;
    const { memberships } = pod.plan;
    if (memberships.some(({ service }) => services[service].publishNotReadyAddresses)) {
      this.podChanged(pod);
    }
  }

  /** A kube-proxy that is to be told of changes. */
  watch(proxy: NodeProxy): void {
    this.proxies.push(proxy);
    this.subscribers.add(proxy);
    this.changes.readers.add(proxy);
  }

  /** Somebody on a node who is to hear when the control plane loses that, or finds it again. */
  subscribe(subscriber: Subscriber): void {
    this.subscribers.add(subscriber);
  }

  /** Who has subscribed is no more. */
  unsubscribe(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
  }

  /** Which nodes the API server reaches is about to change. */
  connectionsChange(): void {
    for (const subscriber of this.subscribers) subscriber.connectionChanges();
  }

  /** All nodes go on to the present: figures are about to be read. */
  settle(): void {
    for (const proxy of this.proxies) proxy.keepUp();
  }

  /** The endpoint sets of a Service as of the start, one a ServicePort. */
  initialOf(service: number): readonly EndpointSet[] {
    return this.endpointSlices.initialOf(service);
  }

  /** How many endpoints were ready at the start, over all ServicePorts. */
  initialEndpointCount(): number {
    return (this.initialCount ??= this.world.plan.workloads.reduce((sum, workload) => {
      const ready = workload.pods.filter((pod) => pod.ready).length;
      const ports = workload.memberships
        .filter(({ service }) => this.world.plan.services[service].clusterIP !== null)
        .flatMap(({ targetPorts }) => targetPorts);
      return sum + ready * ports.filter((port) => port !== null).length;
    }, 0));
  }

  /** The last change of each Service that has changed and is not headless: what a list of the slices shows now. */
  published(): Iterable<EndpointChange> {
    return this.written.values();
  }

  /** All changes of a Service that kube-proxies were told of, by version less 1. */
  announcementsOf(service: number): readonly Announcement[] {
    return this.announcements[service] ?? [];
  }

  /** At `at` (ns) a node has put the changes of a Service in force that followed version `from`, up to version `to`. */
  inForce(service: number, { from, to, at }: { from: number; to: number; at: number }): void {
    const { world } = this;
    for (let version = from; version < to; version++) {
      world.measurement.programmed(this.announcements[service][version], at);
    }
  }

  /** The pod has become Ready or not, or is gone, as of now: its kubelet reports it. */
  podChanged(pod: Pod): void {
    let report = this.reports.get(pod);
    if (report === undefined) {
      const hop = {
        delay: this.world.plan.controlPlane.kubelet,
        stream: `pod/${pod.plan.namespace}/${pod.name}/kubelet`,
      };
      report = new Relay(this.world, hop, (since) => this.statusArrived(pod, since));
      this.reports.set(pod, report);
    }
    report.request(this.world.queue.now);
  }

  /** The API server accepts the pod's deletion: no kubelet stands before that. */
  podDeleted(pod: Pod): void {
    this.update(pod, this.world.queue.now, () => {
      this.records[pod.index].terminating = true;
    });
  }

  /** The API server removes the pod's object without waiting for its kubelet. */
  podRemoved(pod: Pod): void {
    const record = this.records[pod.index];
    if (record.gone) return;
    this.update(pod, this.world.queue.now, () => {
      record.gone = true;
    });
  }

  /** A kubelet's report of what changed at `since` (ns) reaches the API server. */
  private statusArrived(pod: Pod, since: number): void {
    const record = this.records[pod.index];
    const { nodes } = this.world;
    if (!pod.isSilent && !nodes.controlPlaneReaches(pod.node)) {
      nodes.whenReached(pod.node, () => this.statusArrived(pod, since));
      return;
    }
    // A dead node reports nothing; of a pod that has been removed there is nothing to report.
    if (pod.isSilent || record.gone) return;
    if (record.known && record.ready === pod.isReady && !pod.isGone) return;
    this.update(pod, since, () => {
      record.known = true;
      record.gone = pod.isGone;
      setReady(record, pod.isReady, since);
    });
  }

  /** The EndpointSlice controller has written a Service's slices: all watchers hear of it. */
  private publish({ service, version, sets, causedAt }: SlicesWritten): void {
    const { queue, measurement, plan } = this.world;
    const { slowdown } = this;
    const change: EndpointChange = { service, version, sets, writtenAt: queue.now, slowdown };
    // No kube-proxy stands before a headless Service: they ask the API server for the slices of others.
    if (plan.services[service].clusterIP === null) {
      this.headlessChanges.append(change);
      return;
    }
    this.written.set(service, change);
    const announcements = (this.announcements[service] ??= []);
    announcements.push(measurement.announced(causedAt, this.proxies.length));
    this.changes.append(change);
  }

  private update(pod: Pod, causedAt: number, change: () => void): void {
    const { endpointSlices } = this;
    endpointSlices.podChanges(pod);
    change();
    endpointSlices.podChanged(pod, causedAt);
    if (this.records[pod.index].gone) this.reports.delete(pod);
    this.world.workloads[pod.workload].podStatusChanged(pod);
    this.world.expectations.look(pod.workload);
  }
}

/** The condition is what is said at `since` (ns), and has been since then if it was another before. */
function setReady(record: PodRecord, ready: boolean, since: number): void {
  if (record.ready !== ready) record.readySince = since;
  record.ready = ready;
}

/**
 * From a change in a pod to the kube-proxies: kubelet → pod status → EndpointSlices → watch, each hop with a delay
 * and an event of its own. Every hop is level-triggered: it passes on how things stand when it acts, so
 * changes that follow each other closely fold into one.
 *
 * Only kube-proxies that serve clients are told of what is not headless; the others have nobody to mislead.
 *
 * Left out: slices of 100, batching, queueing in the controller, retries.
 */
import { parseIPv4 } from '../../base/ipv4.ts';
import { compareCodeUnits } from '../../base/order.ts';
import { EndpointSet, type Endpoint, type Hints } from '../../kube/endpoint.ts';
import { hintsFor, zoneCapacity, type ZoneCapacity } from '../../kube/topology-hints.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { ChangeLog, type EndpointChange } from './change-log.ts';
import type { NodeProxy } from './node-proxy.ts';
import { Relay } from './relay.ts';

/** A pod as the API server has it. */
export interface PodStatus {
  /** The Ready condition, and when it last changed, ns. */
  readonly ready: boolean;
  readonly readySince: number;
  /** It has a deletion timestamp. */
  readonly terminating: boolean;
  readonly gone: boolean;
  /** Its kubelet has reported its address. */
  readonly known: boolean;
}

type PodRecord = { -readonly [field in keyof PodStatus]: PodStatus[field] };

export class ControlPlane {
  /** Everything that passes through the API server takes so many times as long. */
  slowdown: number = 1;

  private readonly world: World;
  /** By pod number. */
  private readonly records: PodRecord[] = [];
  /** Kubelets' reports, and the EndpointSlice controller's work on each Service. */
  private readonly reports = new Map<Pod, Relay>();
  private readonly slices = new Map<number, Relay>();
  /** Endpoint sets as of the start, by Service, made when first needed. */
  private readonly initial: (readonly EndpointSet[] | undefined)[] = [];
  private initialCount: number | null = null;
  /** What was last written, by Service; and when each change of a Service was caused (ns), by version less 1. */
  private readonly written = new Map<number, EndpointChange>();
  private readonly causes: number[][] = [];
  private readonly capacity: ZoneCapacity;
  /** What has been written of Services with a ClusterIP, for kube-proxies; and of headless ones, for CoreDNS. */
  readonly changes: ChangeLog = new ChangeLog();
  readonly headlessChanges: ChangeLog = new ChangeLog();
  private readonly proxies: NodeProxy[] = [];

  constructor(world: World) {
    this.world = world;
    this.capacity = zoneCapacity(world.plan.nodes);
  }

  /** A pod of the start or of later: the API server knows it with this condition, or not at all (null). */
  register(pod: Pod, ready: boolean | null): void {
    const known = ready !== null;
    const { terminating } = pod;
    const readySince = this.world.queue.now;
    this.records[pod.index] = {
      ready: ready ?? false,
      readySince,
      terminating,
      gone: false,
      known,
    };
  }

  /** A pod as the API server has it now. */
  statusOf(pod: Pod): PodStatus {
    return this.records[pod.index];
  }

  /** The node controller takes a pod for not Ready, whatever its kubelet last said, until that reports again. */
  markUnready(pod: Pod): void {
    const record = this.records[pod.index];
    if (!record.ready) return;
    const { now } = this.world.queue;
    this.update(pod, now, () => setReady(record, false, now));
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
    this.changes.readers.push(proxy);
  }

  /** Which nodes the API server reaches is about to change. */
  connectionsChange(): void {
    for (const proxy of this.proxies) proxy.connectionChanges();
  }

  /** All nodes go on to the present: figures are about to be read. */
  settle(): void {
    for (const proxy of this.proxies) proxy.keepUp();
  }

  /** The endpoint sets of a Service as of the start, one a ServicePort. */
  initialOf(service: number): readonly EndpointSet[] {
    return (this.initial[service] ??= this.buildSets(service, 0));
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

  /** The last change of each Service that has changed: what a list of the slices shows now. */
  published(): Iterable<EndpointChange> {
    return this.written.values();
  }

  /** At `at` (ns) a node has put the changes of a Service in force that followed version `from`, up to version `to`. */
  inForce(service: number, { from, to, at }: { from: number; to: number; at: number }): void {
    const { world } = this;
    for (let version = from; version < to; version++) {
      world.measurement.programmed(this.causes[service][version], at);
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
  private publish(service: number, causedAt: number): void {
    const causes = (this.causes[service] ??= []);
    const version = causes.push(causedAt);
    const { queue, measurement, plan } = this.world;
    const change: EndpointChange = {
      service,
      version,
      sets: this.buildSets(service, version),
      writtenAt: queue.now,
      slowdown: this.slowdown,
    };
    this.written.set(service, change);
    // No kube-proxy stands before a headless Service: they ask the API server for the slices of others.
    if (plan.services[service].clusterIP === null) {
      this.headlessChanges.append(change);
      return;
    }
    measurement.announced(causedAt, this.proxies.length);
    this.changes.append(change);
  }

  private update(pod: Pod, causedAt: number, change: () => void): void {
    const { memberships } = pod.plan;
    // What proxies hold from the start must not change under them.
    for (const { service } of memberships) this.initialOf(service);
    change();
    for (const { service } of memberships) this.slicesOf(service).request(causedAt);
    this.world.workloads[pod.workload].podStatusChanged(pod);
    this.world.expectations.look(pod.workload);
  }

  private slicesOf(service: number): Relay {
    let slices = this.slices.get(service);
    if (slices === undefined) {
      const { plan } = this.world;
      const { name, namespace } = plan.services[service];
      const hop = {
        delay: plan.controlPlane.endpointSlice,
        stream: `service/${namespace}/${name}/endpoint-slice`,
      };
      slices = new Relay(this.world, hop, (since) => this.publish(service, since));
      this.slices.set(service, slices);
    }
    return slices;
  }

  private buildSets(service: number, version: number): EndpointSet[] {
    const pods = this.world.podsBehind(service).filter(({ index }) => {
      const { known, gone } = this.records[index];
      return known && !gone;
    });
    const hints = this.hintsOf(service, pods);
    return this.world.plan.services[service].ports.map((_, port) => {
      const endpoints: Endpoint[] = [];
      pods.forEach((pod, i) => {
        const { ready: serving, terminating } = this.records[pod.index];
        const targetPort = pod.plan.memberships[pod.membershipIn(service)].targetPorts[port];
        if (targetPort === null) return;
        endpoints.push({
          address: `${pod.ip}:${targetPort}`,
          ip: parseIPv4(pod.ip),
          port: targetPort,
          pod: pod.index,
          node: pod.node,
          ready: this.isReady(service, pod),
          serving,
          terminating,
          hints: hints[i],
        });
      });
      endpoints.sort((a, b) => compareCodeUnits(a.address, b.address));
      return new EndpointSet(version, endpoints);
    });
  }

  /** Whether a pod's endpoint in a Service is to be used: what conditions.ready says. */
  private isReady(service: number, pod: Pod): boolean {
    const { ready, terminating } = this.records[pod.index];
    return (ready && !terminating) || this.world.plan.services[service].publishNotReadyAddresses;
  }

  /** The hints of each pod's endpoint: the controller's, or those that a fixed slice has. */
  private hintsOf(service: number, pods: readonly Pod[]): readonly (Hints | null)[] {
    const { topology } = this.world.plan.services[service];
    if (topology === null) return pods.map((pod) => pod.hints);
    const candidates = pods.map((pod) => ({
      ready: this.isReady(service, pod),
      node: pod.node,
      zone: this.world.plan.nodes[pod.node].zone,
    }));
    return hintsFor(topology, candidates, this.capacity);
  }
}

/** The condition is what is said at `since` (ns), and has been since then if it was another before. */
function setReady(record: PodRecord, ready: boolean, since: number): void {
  if (record.ready !== ready) record.readySince = since;
  record.ready = ready;
}

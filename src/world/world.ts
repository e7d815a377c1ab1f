/**
 * Everything that exists in one run, in one place: the clock, the cluster, the clients, the books.
 */
import { assert, InvariantError } from '../base/assert.ts';
import { parseIPv4 } from '../base/ipv4.ts';
import type { Plan } from '../contract/plan.ts';
import type { PlannedPropagation } from '../contract/traffic/mesh.ts';
import type { RunOptions } from '../contract/result.ts';
import type { OpenTrace } from '../contract/traffic/trace.ts';
import { EventQueue } from '../engine/event-queue.ts';
import { RandomStream } from '../engine/random.ts';
import type { ServicePortFacts } from '../proxy/data-plane.ts';
import { IcmpLimit } from '../proxy/icmp-limit.ts';
import { Pod } from './cluster/pod.ts';
import type { PodFacts } from './cluster/pod-facts.ts';
import { AddressRecords } from './control/address-records.ts';
import { ControlPlane } from './control/control-plane.ts';
import { NodeProxy } from './control/node-proxy.ts';
import { HorizontalPodAutoscaler } from './controllers/horizontal-pod-autoscaler.ts';
import { Evictions } from './controllers/evictions.ts';
import { NodeLifecycle } from './controllers/node-lifecycle.ts';
import { Scheduler } from './controllers/scheduler.ts';
import { Workload } from './controllers/workload.ts';
import { Processors } from './cpu/processors.ts';
import { ClusterDns } from './dns/cluster-dns.ts';
import { Expectations } from './faults/expectations.ts';
import { Nodes } from './faults/nodes.ts';
import { startRandomFaults } from './faults/random-faults.ts';
import { startScript } from './faults/script.ts';
import { Images } from './kubelet/images.ts';
import { Measurement } from './measure/measurement.ts';
import { PodAverages } from './measure/pod-averages.ts';
import { PodLoads } from './measure/pod-loads.ts';
import { Records } from './measure/records.ts';
import { RolloutBook } from './measure/rollout-book.ts';
import { ServiceBook } from './measure/service-book.ts';
import { SharedConnections } from './measure/shared-connections.ts';
import { SharedTime } from './measure/shared-time.ts';
import { StaleView } from './measure/stale-view.ts';
import { Client } from './traffic/client.ts';
import { WorkloadCalls } from './traffic/calls/workload-calls.ts';
import { Discovery } from './traffic/mesh/discovery.ts';
import { ConnectionStore } from './traffic/connections/connection-store.ts';
import { Tracer } from './trace/tracer.ts';
import { PortRanges } from './traffic/connections/port-ranges.ts';

const withoutTraces: OpenTrace = ({ source }) => {
  throw new InvariantError(`nobody opens the trace ${source.file}: pass the option traces`);
};

export class World {
  readonly plan: Plan;
  readonly seed: number;
  /** End of the measurement, ns: no request is due from here on. */
  readonly horizon: number;
  readonly queue: EventQueue;
  /** Opens the traces that arrivals are read from. */
  readonly openTrace: OpenTrace;
  /** Null: no request is traced. */
  readonly tracer: Tracer | null;
  readonly nodes: Nodes;
  readonly nodeLifecycle: NodeLifecycle;
  readonly expectations: Expectations = new Expectations();
  readonly measurement: Measurement;
  readonly loads: PodLoads;
  readonly averages: PodAverages;
  readonly records: Records;
  readonly staleView: StaleView;
  readonly processors: Processors = new Processors(this);
  readonly controlPlane: ControlPlane;
  readonly images: Images;
  readonly connections: ConnectionStore;
  readonly sharedConnections: SharedConnections;
  readonly portRanges: PortRanges;
  /** Null: names resolve for free. */
  readonly dns: ClusterDns | null;
  readonly scheduler: Scheduler;
  readonly evictions: Evictions;
  readonly workloads: Workload[] = [];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
  /** Every rollout that was begun. */
  readonly rollouts: RolloutBook;
  readonly pods: Pod[] = [];
  readonly clients: Client[] = [];
  /** By workload: what its pods call; null: nothing. */
  calls: readonly (WorkloadCalls | null)[] = [];
  /** All ServicePorts, those of a Service side by side. */
  readonly servicePorts: { readonly service: number; readonly port: number }[] = [];
  /** Whether requests may have a deadline. */
  readonly hasDeadlines: boolean;
  /** Whether anything in the plan can end a pod's process. */
  readonly podsCanDie: boolean;

  // Counted from the start of the run, the warm-up included.
  issued: number = 0;
  succeeded: number = 0;
  failed: number = 0;
  /** Requests that pods have made for others, and that have not ended. */
  callsUnderWay: number = 0;
  connectionsOpened: number = 0;
  connectionsClosed: number = 0;

  private readonly firstPort: number[] = [];
  private readonly backing: Pod[][];
  private readonly books: ServiceBook[] = [];
  private readonly sharedTimes: SharedTime[] = [];
  private readonly proxies = new Map<number, NodeProxy>();
  private readonly icmpLimits: IcmpLimit[] = [];
  private headless: AddressRecords | null = null;
  private readonly discoveries = new Map<string, Discovery>();
  private freshIps = 0;
  /** How many pods have had a name; gathered when the first new pod needs one. */
  private podNames: Map<string, number> | null = null;
  /** Addresses of the plan's pods; gathered when the first new pod needs one. */
  private plannedIps: Set<string> | null = null;

  constructor(plan: Plan, seed: number, options: RunOptions, queue: EventQueue = new EventQueue()) {
    this.plan = plan;
    this.queue = queue;
    this.seed = seed;
    this.openTrace = options.traces ?? withoutTraces;
    this.tracer = options.trace === undefined ? null : new Tracer(this, options.trace);
    this.horizon = plan.warmUp + plan.duration;
    this.hasDeadlines = plan.clients.some(({ deadline }) => deadline !== null);
    this.podsCanDie =
      plan.timeline.length > 0 ||
      plan.faults.length > 0 ||
      plan.autoscalers.length > 0 ||
      plan.workloads.some(
        ({ crash, probes }) =>
          crash !== null || probes.liveness !== null || probes.startup !== null,
      );
    plan.services.forEach(({ ports }, service) => {
      this.firstPort.push(this.servicePorts.length);
      ports.forEach((_, port) => this.servicePorts.push({ service, port }));
    });
    this.backing = plan.services.map(() => []);
    this.nodes = new Nodes(plan.nodes.length, () => this.controlPlane.connectionsChange());
    this.nodeLifecycle = new NodeLifecycle(this);
    this.measurement = new Measurement(plan, this.queue);
    this.loads = new PodLoads(plan.windows.length);
    this.records = new Records(this, options);
    this.rollouts = new RolloutBook(this);
    this.staleView = new StaleView(plan.windows, this.measurement.spans, this.horizon);
    this.connections = new ConnectionStore(this);
    this.sharedConnections = new SharedConnections(this);
    this.controlPlane = new ControlPlane(this);
    this.scheduler = new Scheduler(this);
    this.evictions = new Evictions(this);
    this.images = new Images(this);
    plan.workloads.forEach((workload, index) => {
      this.workloads.push(new Workload(this, workload, index));
    });
    this.autoscalers = plan.autoscalers.map((hpa) => new HorizontalPodAutoscaler(this, hpa));
    this.dns = plan.dns === null ? null : new ClusterDns(this, plan.dns);
    this.portRanges = new PortRanges(plan.clients);
    plan.clients.forEach((client, index) => {
      this.clients.push(new Client(this, client, index));
    });
    this.calls = plan.workloads.map(({ calls }, workload) =>
      calls === null ? null : new WorkloadCalls(this, workload, calls),
    );
    this.averages = new PodAverages(this);
    this.measurement.observe(plan, this.averages);
    startScript(this);
    startRandomFaults(this);
  }

  /** The random stream of one concern. */
  stream(name: string): RandomStream {
    return RandomStream.open(this.seed, name);
  }

  get inSystem(): number {
    return this.issued - this.succeeded - this.failed;
  }

  /** How many ServicePorts kube-proxies stand before: all but those of headless Services. */
  get proxiedPortCount(): number {
    const { services } = this.plan;
    return this.servicePorts.filter(({ service }) => services[service].clusterIP !== null).length;
  }

  /** A ServicePort as data planes are told of it. */
  factsOf(servicePort: number): ServicePortFacts {
    const { service, port } = this.servicePorts[servicePort];
    const { clusterIP, ports, sessionAffinity: affinity } = this.plan.services[service];
    const { port: number, protocol } = ports[port];
    assert(clusterIP !== null, 'no kube-proxy stands before a headless Service');
    return { ip: parseIPv4(clusterIP), port: number, protocol, affinity, external: false };
  }

  /** The same for its node port, as the kube-proxy of a node is told. */
  nodePortFactsOf(servicePort: number, node: number): ServicePortFacts {
    const { service, port } = this.servicePorts[servicePort];
    const { ports, sessionAffinity: affinity } = this.plan.services[service];
    const { nodePort, protocol } = ports[port];
    assert(nodePort !== null, `ServicePort ${servicePort} has no node port`);
    const ip = parseIPv4(this.plan.nodes[node].ip);
    return { ip, port: nodePort, protocol, affinity, external: true };
  }

  /** The number of a ServicePort. */
  servicePort(service: number, port: number): number {
    return this.firstPort[service] + port;
  }

  /** All pods that ever backed a Service. */
  podsBehind(service: number): readonly Pod[] {
    return this.backing[service];
  }

  /** The books of a Service, made when the first client calls it. */
  bookOf(service: number): ServiceBook {
    return (this.books[service] ??= new ServiceBook(service, this.plan.windows.length));
  }

  /** The time of a Service as its ready pods share it, made when the first is ready. */
  sharedTimeOf(service: number): SharedTime {
    return (this.sharedTimes[service] ??= new SharedTime());
  }

  /** The kube-proxy of a node, made when the first client there needs it. */
  proxyOf(node: number): NodeProxy {
    let proxy = this.proxies.get(node);
    if (proxy === undefined) {
      proxy = new NodeProxy(this, this.controlPlane.changes, node);
      this.proxies.set(node, proxy);
      this.controlPlane.watch(proxy);
    }
    return proxy;
  }

  /** The kube-proxies that there are on a node, or, for null, on all nodes. */
  proxiesOn(node: number | null): readonly NodeProxy[] {
    if (node === null) return [...this.proxies.values()];
    const proxy = this.proxies.get(node);
    return proxy === undefined ? [] : [proxy];
  }

  /**
   * How often a network namespace sends ICMP errors, made when the first is due; null: no limit. Nodes come first,
   * by their index, then pods.
   */
  icmpLimitOf(namespace: number): IcmpLimit | null {
    const { icmpRateLimit } = this.plan.network;
    if (icmpRateLimit === null) return null;
    return (this.icmpLimits[namespace] ??= new IcmpLimit(icmpRateLimit));
  }

  /** What CoreDNS has of headless Services, made when the first client calls one. */
  addressRecords(): AddressRecords {
    return (this.headless ??= new AddressRecords(this));
  }

  /** The control plane of proxies that choose endpoints themselves, made when the first is there: one for all alike. */
  discoveryOf(propagation: PlannedPropagation): Discovery {
    const key = JSON.stringify(propagation);
    let discovery = this.discoveries.get(key);
    if (discovery === undefined) {
      discovery = new Discovery(this, propagation, `discovery/${this.discoveries.size}`);
      this.discoveries.set(key, discovery);
    }
    return discovery;
  }

  /** Adds a pod to a workload; `ready`: what the API server has of it, null: it has no address of it yet. */
  addPod(workload: Workload, facts: PodFacts, ready: boolean | null): Pod {
    const pod = new Pod(this, workload.index, facts);
    this.pods.push(pod);
    workload.pods.push(pod);
    this.scheduler.podBound(pod);
    for (const { service } of workload.plan.memberships) this.backing[service].push(pod);
    this.controlPlane.register(pod, ready);
    return pod;
  }

  /** A name for a pod of which there may have been others before: `db-0`, then `db-0~2`, `db-0~3`. */
  podNameFor(name: string): string {
    this.podNames ??= new Map(this.pods.map((pod) => [pod.name, 1]));
    const count = (this.podNames.get(name) ?? 0) + 1;
    this.podNames.set(name, count);
    return count === 1 ? name : `${name}~${count}`;
  }

  /** An address for a pod made during the run: of 100.64.0.0/10, and not one that the plan has given away. */
  freshIp(): string {
    this.plannedIps ??= new Set(
      this.plan.workloads.flatMap(({ pods }) => pods.map(({ ip }) => ip)),
    );
    let ip: string;
    do {
      const n = this.freshIps++;
      assert(n < 2 ** 22, `more than ${n} pods were made, and there are no addresses left`);
      ip = `100.${64 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
    } while (this.plannedIps.has(ip));
    return ip;
  }
}

/**
 * Plans for tests: small, and readable by what makes each of them different. Left to itself a plan is
 * one Service in front of one pod on `worker-2`, called over a network without delay by one client
 * pod on `worker-1`, at no cost of rules: the textbook queue.
 */
import type { Duration, Instant } from '../../src/base/time.ts';
import type {
  Arrival,
  CircuitBreakerPolicy,
  ConcurrencyLimitPolicy,
  ConnectionPolicy,
  Distribution,
  HedgePolicy,
  IpvsScheduler,
  Plan,
  PlannedClient,
  PlannedIpvs,
  PlannedNode,
  PlannedProxy,
  PlannedService,
  PlannedWindow,
  PlannedWorkload,
  ProxyCosts,
  ProxyMode,
  RetryPolicy,
  SyncCosts,
  TimelineAction,
} from '../../src/contract/plan.ts';
import {
  CONNTRACK_TIMEOUTS,
  CONTROL_PLANE,
  DEPLOYMENT,
  PROBES,
} from '../../src/scenario/defaults.ts';
import { NO_COSTS } from '../../src/scenario/proxy-cost-defaults.ts';
import { synSchedule } from '../../src/scenario/plan/syn-schedule.ts';

export const ns = (value: number): Duration => value as Duration;
export const us = (value: number): Duration => Math.round(value * 1e3) as Duration;
export const ms = (value: number): Duration => Math.round(value * 1e6) as Duration;
export const sec = (value: number): Duration => Math.round(value * 1e9) as Duration;
/** A moment, in seconds from the start of the run. */
export const at = (value: number): Instant => Math.round(value * 1e9) as Instant;

export const constant = (value: Duration): Distribution => ({ kind: 'constant', value });
export const exponential = (mean: Duration): Distribution => ({ kind: 'exponential', mean });
export const poisson = (rate: number): Arrival => ({ kind: 'poisson', rate });
/** One request every 1/rate seconds, the first after the first gap. */
export const paced = (rate: number): Arrival => ({ kind: 'constant', rate });

/** A request at each of these moments (in seconds), and none between: bursts so short that all are due in one µs. */
export const bursts = (moments: readonly number[], requests: number = 1): Arrival => ({
  kind: 'steps',
  points: [
    { at: at(0), rate: 0 },
    ...moments.flatMap((moment) => [
      { at: at(moment), rate: requests * 1e9 },
      { at: (at(moment) + 1) as Instant, rate: 0 },
    ]),
  ],
});

/** A sync that takes no time. */
export const FREE_SYNC: SyncCosts = NO_COSTS.iptables.fullSync;

/** SYNs by tcp_syn_retries and tcp_syn_linear_timeouts. */
export function synOf(
  retries: number,
  linearTimeouts: number,
): Pick<Plan['network'], 'synRetransmissions' | 'synTimeout'> {
  const { retransmissions, timeout } = synSchedule(retries, linearTimeouts);
  return { synRetransmissions: retransmissions, synTimeout: timeout };
}

/** A conntrack table of this size, of entries that live on for `timeWait`. */
export const conntrack = (max: number, timeWait: Duration): PlannedProxy['conntrack'] => ({
  max,
  ...CONNTRACK_TIMEOUTS,
  timeWait,
});

/** Rules and syncs that cost nothing. */
export const FREE: ProxyCosts = NO_COSTS;

/** IPVS as kube-proxy and the kernel have it unless told otherwise. */
export const ipvsOf = (scheduler: IpvsScheduler): PlannedIpvs => ({
  scheduler,
  tcpTimeout: ms(900_000),
  udpTimeout: ms(300_000),
  order: 'sorted',
  connReuseMode: 1,
});

/** What each mode has settings for, as kube-proxy's and Cilium's own defaults. */
export const MODE_SETTINGS: Pick<
  PlannedProxy,
  'iptables' | 'nftables' | 'ipvs' | 'ebpf' | 'otherServices' | 'otherServicesWithoutEndpoints'
> = {
  iptables: { masqueradeAll: false, ipListTot: 100 },
  nftables: { masqueradeAll: false },
  ipvs: ipvsOf('rr'),
  ebpf: { algorithm: 'random', maglevTableSize: 251 },
  otherServices: 0,
  otherServicesWithoutEndpoints: 0,
};

export const keepAlive = (
  policy: Partial<Exclude<ConnectionPolicy, { mode: 'PerRequest' }>> = {},
): ConnectionPolicy => ({
  mode: 'KeepAlive',
  pool: 1,
  reuse: 'Lifo',
  maxRequests: null,
  maxAge: null,
  maxAgeJitter: 0,
  warmUp: 0,
  idleTimeout: null,
  ...policy,
});

export const multiplexed = (
  policy: Partial<Exclude<ConnectionPolicy, { mode: 'PerRequest' }>> = {},
): ConnectionPolicy => keepAlive({ mode: 'Multiplexed', ...policy });

/** Retries at once, `attempts` of them, after any failure. */
export const retry = (policy: Partial<RetryPolicy> = {}): RetryPolicy => ({
  attempts: 1,
  on: ['refused', 'unreachable', 'connectTimeout', 'timeout', 'reset', '503', '500', 'noPorts'],
  backoff: { base: ms(0), factor: 2, max: null, jitter: 'None' },
  budget: null,
  ...policy,
});

/** Two tries of a request, the second after 20 ms; only refusals are not fatal. */
export const hedged = (policy: Partial<HedgePolicy> = {}): HedgePolicy => ({
  maxAttempts: 2,
  after: ms(20),
  nonFatal: ['refused'],
  budget: null,
  serviceTime: 'Redrawn',
  ...policy,
});

/** A circuit breaker that opens for a second where half of ten tries failed. */
export const breaker = (policy: Partial<CircuitBreakerPolicy> = {}): CircuitBreakerPolicy => ({
  failureRate: 0.5,
  slowCall: null,
  window: { kind: 'requests', requests: 10 },
  minimumRequests: 10,
  open: sec(1),
  halfOpenRequests: 3,
  ...policy,
});

/** So many tries of a client pod under way, and so many that wait. */
export const limited = (max: number, queue: number = 0): ConcurrencyLimitPolicy => ({
  limit: { kind: 'fixed', max },
  queue,
});

/** A container that nobody probes and nothing limits. */
export const PLAIN_CONTAINER: Pick<
  PlannedWorkload,
  | 'cpuShare'
  | 'cpuRequest'
  | 'cpuLimit'
  | 'imagePull'
  | 'warmUp'
  | 'probes'
  | 'onTerminate'
  | 'spread'
> = {
  cpuShare: 0,
  cpuRequest: null,
  cpuLimit: null,
  imagePull: null,
  warmUp: null,
  probes: PROBES,
  onTerminate: null,
  spread: [],
};

/** What a Service may ask for. */
export type Asks = Pick<
  PlannedService,
  | 'publishNotReadyAddresses'
  | 'sessionAffinity'
  | 'internalTrafficPolicy'
  | 'externalTrafficPolicy'
  | 'topology'
>;

/** What a Service is that asks for nothing. */
export const PLAIN_SERVICE: Asks = {
  publishNotReadyAddresses: false,
  sessionAffinity: null,
  internalTrafficPolicy: 'Cluster',
  externalTrafficPolicy: 'Cluster',
  topology: null,
};

/** What a client in the cluster is that asks for nothing: it opens a connection for each request, and waits. */
export const PLAIN_CLIENT: Omit<PlannedClient, 'name' | 'replicas' | 'arrival'> = {
  origin: null,
  target: { kind: 'servicePort', service: 0, port: 0 },
  via: null,
  mesh: null,
  protocol: 'TCP',
  connection: { mode: 'PerRequest' },
  balancer: null,
  connectTimeout: null,
  timeout: null,
  deadline: null,
  retry: null,
  hedge: null,
  session: null,
  circuitBreaker: null,
  concurrencyLimit: null,
  resolver: null,
  ports: null,
};

const node = (i: number): PlannedNode => ({
  name: `worker-${i}`,
  ip: `172.18.0.${i + 2}`,
  zone: null,
  cpu: 4,
  unschedulable: false,
  proxy: 0,
});

export interface PlanOptions {
  readonly mode?: ProxyMode;
  readonly scheduler?: IpvsScheduler;
  /** Ready pods behind the Service at the start. */
  readonly pods?: number;
  /** Nodes that clients are on, one client pod each. */
  readonly clientNodes?: number;
  /** Requests per second, Poisson. */
  readonly rate?: number;
  readonly service?: Distribution;
  /** One way, between any two. */
  readonly hop?: Duration;
  /** A third of the way from a pod to the kube-proxies. Kubelets hear of what is written at once. */
  readonly lag?: Duration;
  readonly minSyncPeriod?: Duration;
  /** In seconds. */
  readonly warmUp?: number;
  readonly duration?: number;
  readonly windows?: readonly PlannedWindow[];
  readonly costs?: Partial<ProxyCosts>;
  readonly proxy?: Partial<PlannedProxy>;
  /** What the Service asks for. */
  readonly serviceFacts?: Partial<PlannedService>;
  readonly workload?: Partial<PlannedWorkload>;
  readonly client?: Partial<PlannedClient>;
  /** Several clients, each a change of `client`. */
  readonly clients?: readonly Partial<PlannedClient>[];
  readonly network?: Partial<Plan['network']>;
  readonly controlPlane?: Partial<Plan['controlPlane']>;
  readonly timeline?: readonly TimelineAction[];
}

export const POD_NODE = 0;
const FIRST_CLIENT_NODE = 1;

export function plan(options: PlanOptions = {}): Plan {
  const { mode = 'iptables', scheduler = 'rr', pods = 1, clientNodes = 1, rate = 80 } = options;
  const { service = exponential(ms(10)), hop = ns(0), lag = ms(10) } = options;
  const { minSyncPeriod = ns(0), warmUp = 0, duration = 10, windows = [] } = options;
  const end = at(warmUp + duration);
  const base: PlannedClient = {
    ...PLAIN_CLIENT,
    name: 'web',
    replicas: Array.from({ length: clientNodes }, (_, i) => ({
      ip: `10.244.9.${i + 1}`,
      node: FIRST_CLIENT_NODE + i,
    })),
    arrival: poisson(rate),
    ...options.client,
  };
  return {
    scenario: 'test',
    question: '',
    variant: 'default',
    seed: 1,
    replications: 1,
    warmUp: sec(warmUp),
    duration: sec(duration),
    interval: sec(1),
    windows: [{ name: 'all', from: at(warmUp), to: end }, ...windows],
    nodes: [node(0), ...base.replicas.map((_, i) => node(i + 1))],
    proxies: [
      {
        mode,
        minSyncPeriod,
        syncPeriod: sec(30),
        burst: 1,
        maxInterval: null,
        fullSyncPeriod: null,
        syncFailure: 0,
        ...MODE_SETTINGS,
        ipvs: ipvsOf(scheduler),
        costs: { ...FREE, ...options.costs },
        conntrack: { max: null, ...CONNTRACK_TIMEOUTS, timeWait: ns(0) },
        ...options.proxy,
      },
    ],
    network: {
      sameNode: constant(hop),
      sameZone: constant(hop),
      crossZone: constant(hop),
      external: constant(hop),
      podGone: { answer: 'unreachable', after: sec(3) },
      ...synOf(6, 4),
      icmpRateLimit: null,
      ...options.network,
    },
    controlPlane: {
      ...CONTROL_PLANE,
      kubelet: constant(lag),
      endpointSlice: constant(ns(2 * lag)),
      watch: constant(ns(0)),
      controller: constant(ns(0)),
      scheduler: constant(ns(0)),
      ...options.controlPlane,
    },
    dns: null,
    services: [
      {
        name: 'backend',
        namespace: 'default',
        label: 'backend',
        clusterIP: '10.96.0.10',
        ports: [{ name: '', port: 80, protocol: 'TCP', nodePort: null }],
        ...PLAIN_SERVICE,
        ...options.serviceFacts,
      },
    ],
    workloads: [
      {
        name: 'deployment/backend',
        namespace: 'default',
        pods: Array.from({ length: pods }, (_, i) => ({
          name: `backend-${i}`,
          ip: `10.244.0.${i + 1}`,
          node: POD_NODE,
          ready: true,
          terminating: false,
          hints: null,
        })),
        controller: DEPLOYMENT,
        podNamePrefix: 'backend-',
        memberships: [{ service: 0, targetPorts: [8080] }],
        calls: null,
        serviceTime: service,
        concurrency: 1,
        queueLimit: null,
        shedding: null,
        backlog: null,
        errorRate: 0,
        startUp: constant(sec(1)),
        preStop: ns(0),
        terminationGracePeriod: sec(30),
        ...PLAIN_CONTAINER,
        readinessFlap: null,
        crash: null,
        ...options.workload,
      },
    ],
    clients: (options.clients ?? [{}]).map((client) => ({ ...base, ...client })),
    autoscalers: [],
    disruptionBudgets: [],
    timeline: options.timeline ?? [],
    faults: [],
    thresholds: [],
  };
}

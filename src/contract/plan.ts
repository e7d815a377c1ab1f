/**
 * The Plan: everything one run is given, resolved, defaulted and checked. Plain, serialisable,
 * frozen data, so that the same plan runs inline, on a worker thread or in a browser.
 *
 * `scenario/` writes it, `world/` reads it. Entities refer to each other by index into the plan's
 * arrays. Durations and instants are integer nanoseconds; instants count from the start of the run
 * (the warm-up included): `scenario/` has already added the warm-up to what the file counts from the
 * start of the measurement.
 */
import type { Duration, Instant } from '../base/time.ts';
import type { Hints } from '../kube/endpoint.ts';
import type { Distribution } from './distribution.ts';
import type { PlannedDns, PlannedResolver } from './dns.ts';
import type { PlannedIpvs } from './ipvs.ts';
import type { ProxyCosts } from './proxy-costs.ts';
import type { PlannedService, PlannedWay } from './service.ts';

export type { Distribution } from './distribution.ts';
export type { PlannedDns, PlannedResolver } from './dns.ts';
export { IPVS_ORDERS, IPVS_SCHEDULERS } from './ipvs.ts';
export type { IpvsOrder, IpvsScheduler, PlannedIpvs } from './ipvs.ts';
export type { PlannedPort, PlannedService, PlannedWay, Protocol } from './service.ts';
export type { ProxyCosts, SyncCosts } from './proxy-costs.ts';

/** What decides on a node: kube-proxy in one of its modes, or Cilium in its place (`ebpf`). */
export const PROXY_MODES = ['iptables', 'nftables', 'ipvs', 'ebpf'] as const;
export type ProxyMode = (typeof PROXY_MODES)[number];

/** The modes that kube-proxy itself has, by the name that KubeProxyConfiguration's `mode` takes. */
export const KUBE_PROXY_MODES = ['iptables', 'nftables', 'ipvs'] as const;

/** Cilium's `loadBalancer.algorithm`. */
export const EBPF_ALGORITHMS = ['random', 'maglev'] as const;
export type EbpfAlgorithm = (typeof EBPF_ALGORITHMS)[number];

/** Sizes that Cilium's `maglev.tableSize` takes: primes. */
export const MAGLEV_TABLE_SIZES: readonly number[] = [
  251, 509, 1021, 2039, 4093, 8191, 16_381, 32_749, 65_521, 131_071,
];

/** The kube-proxy of a node: mode, sync runner, costs. Shared by all nodes that are set up alike. */
export interface PlannedProxy {
  readonly mode: ProxyMode;
  /** Minimum time between the end of one sync and the start of the next; 0: no limit. */
  readonly minSyncPeriod: Duration;
  /** From a sync that failed to the next one, where no change asks for one before. */
  readonly syncPeriod: Duration;
  /** Syncs that may start without waiting after a quiet time: 2 up to Kubernetes 1.33, 1 since. */
  readonly burst: number;
  /** The longest time between syncs, whether or not anything has changed; null: any. */
  readonly maxInterval: Duration | null;
  /** Once in this time a sync writes everything anew; null: only where it must. */
  readonly fullSyncPeriod: Duration | null;
  /** 0–1: share of syncs that fail. */
  readonly syncFailure: number;
  readonly iptables: {
    /** Every Service's traffic gets the node's address as its source. */
    readonly masqueradeAll: boolean;
    /** Addresses that the kernel remembers per endpoint for session affinity: xt_recent's `ip_list_tot`. */
    readonly ipListTot: number;
  };
  readonly nftables: { readonly masqueradeAll: boolean };
  readonly ipvs: PlannedIpvs;
  readonly ebpf: {
    /** Of traffic from outside the cluster; what pods call is picked at random, at connect(). */
    readonly algorithm: EbpfAlgorithm;
    readonly maglevTableSize: number;
  };
  readonly costs: ProxyCosts;
  /** Background Services, of which only the rules count, and those among them without endpoints. */
  readonly otherServices: number;
  readonly otherServicesWithoutEndpoints: number;
  readonly conntrack: {
    /** Entries the table holds; null: unlimited and untracked. */
    readonly max: number | null;
    /** How long an entry outlives its flow, by the flow's last state: closed, reset, never answered. */
    readonly timeWait: Duration;
    readonly close: Duration;
    readonly synSent: Duration;
    /** And how long one outlives the last datagram: of a flow answered within 2 s of its first, or of one that goes on. */
    readonly udpTimeout: Duration;
    readonly udpStreamTimeout: Duration;
    /** How long an idle established connection is remembered. */
    readonly tcpEstablishedTimeout: Duration;
  };
}

/** A node: where pods and clients are, and whose rules a client's connections meet. */
export interface PlannedNode {
  readonly name: string;
  /** Its InternalIP. */
  readonly ip: string;
  readonly zone: string | null;
  /** Cores. */
  readonly cpu: number;
  /** Index into `Plan.proxies`. */
  readonly proxy: number;
}

/** How a workload's pods back one Service: the port each ServicePort is sent to. */
export interface PlannedMembership {
  /** Index into `Plan.services`. */
  readonly service: number;
  /** Per ServicePort (same order): the pod's port, or null where the pod declares no port of that name. */
  readonly targetPorts: readonly (number | null)[];
}

/** A random process of faults on each pod of a workload. */
export interface PlannedChurn {
  /** Time from the end of one fault to the start of the next, per pod. */
  readonly every: Distribution;
  /** How long a fault lasts. */
  readonly lasts: Distribution;
}

/** Pods made alike: a Deployment's, a StatefulSet's, a single Pod, or the endpoints of an EndpointSlice without pods. */
export interface PlannedWorkload {
  /** As users name it: `deployment/checkout`, `pod/debug`, `statefulset/db`, `endpointslice/legacy`. */
  readonly name: string;
  readonly namespace: string;
  /** Pods of the start. */
  readonly pods: readonly PlannedPod[];
  /** Whether a deleted pod is replaced (ReplicaSet) and the workload can be scaled. */
  readonly replicated: boolean;
  /** For pods made during the run: `prefix` + random suffix for a Deployment, `prefix` + ordinal for a StatefulSet. */
  readonly podNamePrefix: string;
  readonly memberships: readonly PlannedMembership[];
  readonly serviceTime: Distribution;
  readonly concurrency: number;
  /** Requests that may wait at one pod; null: any number. */
  readonly queueLimit: number | null;
  /** Connections that may wait for a worker to accept them (listen()'s backlog); null: they are accepted at once. */
  readonly backlog: number | null;
  /** 0–1: share of requests answered with status 500 after their service time. */
  readonly errorRate: number;
  /** Container start to Ready. */
  readonly startUp: Distribution;
  /** From deletion to SIGTERM. */
  readonly preStop: Duration;
  /** From deletion to SIGKILL. */
  readonly terminationGracePeriod: Duration;
  /** Readiness lost and regained while the process goes on serving. */
  readonly readinessFlap: PlannedChurn | null;
  /** The process dies; `lasts` is the time until it serves again. */
  readonly crash: PlannedChurn | null;
}

/** A pod that is there when the run starts. */
export interface PlannedPod {
  readonly name: string;
  readonly ip: string;
  /** Index into `Plan.nodes`. */
  readonly node: number;
  /** Whether it is ready when the run starts; for one that is terminating, whether it still serves. */
  readonly ready: boolean;
  /** It had been deleted before the run, and goes on serving for all of it. */
  readonly terminating: boolean;
  /** The hints of a fixed EndpointSlice, its nodes as indices into `Plan.nodes`; null: none are given. */
  readonly hints: Hints | null;
}

/** Arrivals of requests, over all replicas of a client. Rates are requests per second. */
export type Arrival =
  | { readonly kind: 'poisson'; readonly rate: number }
  | { readonly kind: 'constant'; readonly rate: number }
  /** Poisson whose rate jumps (`steps`) or moves linearly (`ramp`) from point to point; constant before the first and after the last. */
  | {
      readonly kind: 'steps' | 'ramp';
      readonly points: readonly { readonly at: Instant; readonly rate: number }[];
    };

/**
 * How a client pod uses connections: one for every request, one request at a time on kept ones (HTTP/1.1), or
 * any number at a time (HTTP/2, gRPC).
 */
export type ConnectionPolicy =
  | { readonly mode: 'PerRequest' }
  | {
      readonly mode: 'KeepAlive' | 'Multiplexed';
      /** Connections of one client replica at most. */
      readonly pool: number;
      /** Which of the idle connections serves next (KeepAlive). */
      readonly reuse: 'Lifo' | 'Fifo' | 'Random';
      /** null: any number, for ever, never. */
      readonly maxRequests: number | null;
      readonly maxAge: Duration | null;
      readonly idleTimeout: Duration | null;
    };

/**
 * Why an attempt failed, in the order in which files list it.
 *
 * `connectTimeout`: no answer to the SYN; `timeout`: no response in time;
 * `refused`: RST or ICMP port unreachable; `unreachable`: ICMP host unreachable; `reset`: an established
 * connection was reset; `503`: the pod's queue was full; `500`: the pod's errorRate;
 * `noPorts`: EADDRNOTAVAIL, all source ports in use; `dns`: EAI_AGAIN, no answer for the name.
 */
export const ERROR_CAUSES = [
  'refused',
  'unreachable',
  'connectTimeout',
  'timeout',
  'reset',
  '503',
  '500',
  'noPorts',
  'dns',
] as const;
export type ErrorCause = (typeof ERROR_CAUSES)[number];

/** When a failed attempt is tried again. */
export interface RetryPolicy {
  /** Retries at most, beyond the first attempt (as `attempts` of HTTPRoute and Istio). */
  readonly attempts: number;
  readonly on: readonly ErrorCause[];
  readonly backoff: {
    readonly base: Duration;
    readonly factor: number;
    readonly max: Duration | null;
    /** None: d; Full: uniform in [0, d]; Equal: d/2 + uniform in [0, d/2]. */
    readonly jitter: 'None' | 'Full' | 'Equal';
  };
  /** Retries as a share (0–1) of requests, a token bucket; null: no limit. */
  readonly budget: number | null;
}

/** Where a client's connections go. */
export type PlannedTarget =
  /** A port of a Service: indices into `Plan.services` and its `ports`. */
  | { readonly kind: 'servicePort'; readonly service: number; readonly port: number }
  /** The same of a headless Service: its pods themselves, at the port that they have for it. */
  | { readonly kind: 'headless'; readonly service: number; readonly port: number }
  /** A Service's ClusterIP at a port that the Service does not have. */
  | { readonly kind: 'unknownPort'; readonly service: number; readonly port: number }
  /** An address of the service range that no Service has. */
  | { readonly kind: 'unknownAddress'; readonly ip: string; readonly port: number };

/** A client: pods that call one target alike, and the requests that are due over all of them. */
export interface PlannedClient {
  readonly name: string;
  /** One entry a client pod: its node (index), or null for a client outside the cluster. */
  readonly replicas: readonly { readonly ip: string; readonly node: number | null }[];
  readonly target: PlannedTarget;
  /** null: by the ClusterIP or, to a headless Service, straight to its pods. */
  readonly via: PlannedWay | null;
  readonly protocol: 'TCP' | 'UDP';
  readonly arrival: Arrival;
  readonly connection: ConnectionPolicy;
  readonly connectTimeout: Duration | null;
  /** Per attempt, from its start to its response. */
  readonly timeout: Duration | null;
  readonly retry: RetryPolicy | null;
  /** Null where the target's address need not be looked up. */
  readonly resolver: PlannedResolver | null;
  /** Source ports per client pod and destination; null: unlimited and untracked. */
  readonly ports: {
    readonly first: number;
    readonly last: number;
    readonly timeWait: Duration;
  } | null;
}

/** What happens at a moment of the script. */
export type TimelineAction =
  | {
      readonly kind: 'setReady';
      readonly at: Instant;
      readonly workload: number;
      readonly pod: string | null;
      readonly ready: boolean;
    }
  | {
      readonly kind: 'scale';
      readonly at: Instant;
      readonly workload: number;
      readonly replicas: number;
    }
  | {
      readonly kind: 'deletePod';
      readonly at: Instant;
      readonly workload: number;
      readonly pod: string;
    }
  /** Index of the node; null: all of them. `lasts`: until kube-proxy is back and has listed what there is. */
  | {
      readonly kind: 'kubeProxyRestart';
      readonly at: Instant;
      readonly node: number | null;
      readonly lasts: Duration;
    };

/** A named span of the run over which figures are also reported. `all` (warm-up end to run end) is always the first. */
export interface PlannedWindow {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** A limit that a metric has to keep, as a mean over the replications. */
export interface Threshold {
  /** As written: `latency.p99 < 120ms`. */
  readonly expr: string;
  readonly metric: string;
  readonly operator: '<' | '<=' | '>' | '>=' | '==';
  /** In the metric's own unit: ns for latencies, 0–1 for ratios. */
  readonly value: number;
  /** A window's name. */
  readonly during: string;
  /** Restricts to one client or Service by name; null: all. */
  readonly client: string | null;
  readonly service: string | null;
  readonly severity: 'Fail' | 'Warn';
}

/** Everything one run is given but its seed; and how many runs are wanted. */
export interface Plan {
  /** metadata.name. */
  readonly scenario: string;
  /** The annotation svcsim/question, or empty. */
  readonly question: string;
  /** Name of the variant; `default` where the scenario has none. */
  readonly variant: string;
  readonly seed: number;
  readonly replications: number;
  readonly warmUp: Duration;
  readonly duration: Duration;
  /** Width of a row of timeline.csv. */
  readonly interval: Duration;
  readonly windows: readonly PlannedWindow[];
  readonly nodes: readonly PlannedNode[];
  readonly proxies: readonly PlannedProxy[];
  /** One-way delays. */
  readonly network: {
    readonly sameNode: Distribution;
    readonly sameZone: Distribution;
    readonly crossZone: Distribution;
    readonly external: Distribution;
    /** What a SYN to the address of a pod that is gone meets: ICMP host unreachable after a while, or nothing. */
    readonly podGone: { readonly answer: 'unreachable' | 'none'; readonly after: Duration };
    /** When connect() sends its SYN again, counted from the first; and when it gives up by itself (ETIMEDOUT). */
    readonly synRetransmissions: readonly Duration[];
    readonly synTimeout: Duration;
    /** How often a node sends ICMP errors to one client address: one an interval, and a burst; null: always. */
    readonly icmpRateLimit: { readonly interval: Duration; readonly burst: number } | null;
  };
  readonly controlPlane: {
    /** Change in a pod to its status in the API server. */
    readonly kubelet: Distribution;
    /** Pod status to EndpointSlice written. */
    readonly endpointSlice: Distribution;
    /** EndpointSlice written to each node's kube-proxy. */
    readonly watch: Distribution;
  };
  /** Null: names resolve for free. */
  readonly dns: PlannedDns | null;
  readonly services: readonly PlannedService[];
  readonly workloads: readonly PlannedWorkload[];
  readonly clients: readonly PlannedClient[];
  readonly timeline: readonly TimelineAction[];
  readonly thresholds: readonly Threshold[];
}

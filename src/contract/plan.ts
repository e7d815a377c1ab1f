/**
 * The Plan: everything one run is given, resolved, defaulted and checked. Plain, serialisable,
 * frozen data, so that the same plan runs inline, on a worker thread or in a browser.
 *
 * `scenario/` writes it, `world/` reads it. Entities refer to each other by index into the plan's
 * arrays. Durations and instants are integer nanoseconds; instants count from the start of the run
 * (the warm-up included): `scenario/` has already added the warm-up to what the file counts from the
 * start of the measurement.
 */
import type { Duration } from '../base/time.ts';
import type {
  PlannedAutoscaler,
  PlannedControlPlane,
  PlannedDisruptionBudget,
} from './controllers.ts';
import type { Distribution } from './distribution.ts';
import type { PlannedDns } from './dns.ts';
import type { PlannedIpvs } from './ipvs.ts';
import type { ProxyCosts } from './proxy-costs.ts';
import type { PlannedService } from './service.ts';
import type { PlannedFault, PlannedWindow, TimelineAction } from './timeline.ts';
import type { PlannedClient } from './traffic/client.ts';
import type { PlannedWorkload } from './workload.ts';

export type {
  AutoscalerMetric,
  PlannedAutoscaler,
  PlannedBackOff,
  PlannedControlPlane,
  PlannedDisruptionBudget,
  PlannedEndpointSlices,
  PlannedNodeLifecycle,
  ScalingPolicy,
  ScalingRules,
} from './controllers.ts';
export type {
  Action,
  PartitionSide,
  PlannedFault,
  PlannedWindow,
  TimelineAction,
} from './timeline.ts';
export { NO_ARRIVALS } from './traffic/arrival.ts';
export type { Arrival, ClosedArrival, OpenArrival } from './traffic/arrival.ts';
export type {
  BalancingPolicy,
  ConnectBackoff,
  HashKey,
  OutlierDetection,
  PlannedBalancer,
  ReResolution,
} from './traffic/balancer.ts';
export type { PlannedCall, PlannedCalls, PlannedCallStep } from './traffic/calls.ts';
export type { PlannedClient, PlannedTarget } from './traffic/client.ts';
export { meanSessionLength } from './traffic/session.ts';
export type { SessionLength, SessionPolicy } from './traffic/session.ts';
export type { ConnectionPolicy } from './traffic/connection-policy.ts';
export { ERROR_CAUSES } from './traffic/error-causes.ts';
export type { ErrorCause } from './traffic/error-causes.ts';
export type { CircuitBreakerPolicy } from './traffic/circuit-breaker.ts';
export type {
  ConcurrencyLimitKind,
  ConcurrencyLimitPolicy,
  LimitBounds,
} from './traffic/concurrency-limit.ts';
export type { HedgePolicy } from './traffic/hedge.ts';
export type { PlannedShedding } from './shedding.ts';
export type { RetryPolicy } from './traffic/retry.ts';
export type {
  IntOrPercent,
  PlannedChurn,
  PlannedController,
  PlannedMembership,
  PlannedPod,
  PlannedProbe,
  PlannedProbes,
  PlannedRevision,
  PlannedSpread,
  PlannedTermination,
  PlannedWorkload,
} from './workload.ts';

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
  /** It takes no pods but those that are there already: cordoned, or tainted NoSchedule. */
  readonly unschedulable: boolean;
  /** Index into `Plan.proxies`. */
  readonly proxy: number;
}

/** A limit that a metric has to keep; study/thresholds.ts judges it over the replications. */
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
  /** Delays and limits of the API server, of kubelets, and of controllers. */
  readonly controlPlane: PlannedControlPlane;
  /** Null: names resolve for free. */
  readonly dns: PlannedDns | null;
  readonly services: readonly PlannedService[];
  readonly workloads: readonly PlannedWorkload[];
  readonly clients: readonly PlannedClient[];
  readonly autoscalers: readonly PlannedAutoscaler[];
  readonly disruptionBudgets: readonly PlannedDisruptionBudget[];
  readonly timeline: readonly TimelineAction[];
  readonly faults: readonly PlannedFault[];
  readonly thresholds: readonly Threshold[];
}

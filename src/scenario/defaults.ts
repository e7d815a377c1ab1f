/**
 * Every default of the format, with the source of its number. What a file leaves out is filled from
 * here and from nowhere else.
 */
import { MICROSECOND, MILLISECOND, seconds } from '../base/time.ts';
import type { Duration } from '../base/time.ts';
import type { Distribution, ErrorCause, ProxyCosts, ProxyMode } from '../contract/plan.ts';
import { lognormalOfQuantiles } from './plan/lognormal.ts';

const constant = (ns: number): Distribution => ({ kind: 'constant', value: ns as Duration });

export const SEED = 1;
export const REPLICATIONS = 1;
export const WARM_UP: Duration = 0 as Duration;
export const DURATION: Duration = seconds(60);

/** Where no node is given. Cores: a common size of worker. */
export const NODE_NAME = 'node-1';
export const NODE_PREFIX = 'node';
export const NODE_CPU = 4;

/** Service.spec.sessionAffinityConfig.clientIP.timeoutSeconds. Source: k8s api core/v1 types.go. */
export const AFFINITY_SECONDS = 10_800;

/** Node ports. Source: kube-apiserver's default of --service-node-port-range. */
export const NODE_PORT_FIRST = 30_000;
export const NODE_PORT_LAST = 32_767;
/**
 * The first ports of the range are given away last, so that those who choose their own find them free: a 32nd of
 * the range, from 16 to 128. Source: KEP-3668.
 */
export const NODE_PORT_STATIC = 86;

/**
 * One-way delays. Within a node a veth pair and the host's stack; within a zone half of a round trip
 * of about 0.5 ms in a cloud's network, between zones of one region about 2 ms at the median of both
 * ways. Assumptions in the order of magnitude of public clouds, not measurements.
 */
export const NETWORK: {
  readonly sameNode: Distribution;
  readonly sameZone: Distribution;
  readonly crossZone: Distribution;
  readonly external: Distribution;
} = {
  sameNode: constant(30 * MICROSECOND),
  sameZone: constant(250 * MICROSECOND),
  crossZone: lognormalOfQuantiles(900 * MICROSECOND, 2 * MILLISECOND),
  external: constant(20 * MILLISECOND),
};

/**
 * A SYN to an address that is gone from its link: ICMP host unreachable once ARP has failed three times
 * (linux net/ipv4/arp.c: mcast_solicit 3, retrans_time 1 s); 3.06 s measured on Linux.
 */
export const POD_GONE: { readonly answer: 'unreachable'; readonly after: Duration } = {
  answer: 'unreachable',
  after: (3060 * MILLISECOND) as Duration,
};

/**
 * SYN retransmission until connect() gives up: linux 6.5 and later, tcp_syn_retries 6 and
 * tcp_syn_linear_timeouts 4 (Documentation/networking/ip-sysctl.rst): 131 s.
 */
export const SYN_TIMEOUT: Duration = seconds(131);

/**
 * From a change in a pod to the nodes: kubelet to API server, EndpointSlice controller (its sync of one
 * Service takes 5–20 ms, k8s pkg/controller/endpointslice), watch (median 10 ms, sigma 0.8).
 * Assumptions; the SLO of the API server allows 1 s.
 */
export const CONTROL_PLANE: {
  readonly kubelet: Distribution;
  readonly endpointSlice: Distribution;
  readonly watch: Distribution;
} = {
  kubelet: constant(10 * MILLISECOND),
  endpointSlice: {
    kind: 'uniform',
    min: (5 * MILLISECOND) as Duration,
    max: (20 * MILLISECOND) as Duration,
  },
  watch: lognormalOfQuantiles(10 * MILLISECOND, 65 * MILLISECOND),
};

/** kube-proxy's own default on Linux. Source: k8s cmd/kube-proxy; KEP-5343 has not changed it yet. */
export const PROXY_MODE: ProxyMode = 'iptables';

/** Source: k8s pkg/proxy/apis/config/v1alpha1/defaults.go. */
export const MIN_SYNC_PERIOD: { readonly [mode in ProxyMode]: Duration } = {
  iptables: seconds(1),
  nftables: seconds(1),
  ipvs: seconds(0),
};

/** Source: k8s pkg/proxy/apis/config/v1alpha1/defaults.go. */
export const SYNC_PERIOD: Duration = seconds(30);

/** Syncs that nobody asked for come once an hour. Source: k8s pkg/proxy/util/utils.go, FullSyncPeriod. */
export const FULL_SYNC_PERIOD: Duration = seconds(3600);

/**
 * Whether they write everything, which in ipvs no sync does; and whether up to 1.33 they came every
 * syncPeriod instead. Sources: k8s pkg/proxy/{iptables,nftables,ipvs}/proxier.go, NewBoundedFrequencyRunner.
 */
export const FORCED_SYNCS: {
  readonly [mode in ProxyMode]: { readonly isFull: boolean; readonly everySyncPeriod: boolean };
} = {
  iptables: { isFull: true, everySyncPeriod: false },
  nftables: { isFull: true, everySyncPeriod: false },
  ipvs: { isFull: false, everySyncPeriod: true },
};

/** Source: k8s pkg/util/async/bounded_frequency_runner.go, up to 1.33. */
export const BURST = 2;

/** Source: k8s pkg/proxy/ipvs/proxier.go, defaultScheduler. */
export const IPVS_SCHEDULER = 'rr';

export const OTHER_SERVICES = 0;

/** Source: k8s pkg/proxy/apis/config/v1alpha1/defaults.go, conntrack.maxPerCore and conntrack.min. */
export const CONNTRACK_MAX_PER_CORE = 32_768;
export const CONNTRACK_MIN = 131_072;

/** Source: linux net/netfilter/nf_conntrack_proto_tcp.c, TCP_CONNTRACK_TIME_WAIT. */
export const CONNTRACK_TIME_WAIT: Duration = seconds(120);

/**
 * A first packet: `base` as measured on Linux for a TCP SYN, the chart of KEP-3866 for nftables
 * (p50 12 µs at any number of Services); `perServiceRule` is the slope of that chart's iptables bars
 * (p99 = 42 µs + 22.4 ns × Services); `perEndpointRule` measured with iptables-legacy, 56 ns for each
 * statistic rule passed. Programming: partial syncs measured with iptables-legacy, linear in Services
 * (0.04 s at 1,000, 0.24 s at 5,000), nftables 0.03 s and nearly flat, ipvs 1–2 ms for each endpoint
 * (reported in kubernetes/kubernetes #73382 and others).
 */
export const PROXY_COSTS: ProxyCosts = {
  iptables: {
    base: 12 * MICROSECOND,
    perServiceRule: 22.4,
    perEndpointRule: 56,
    syncBase: 30 * MILLISECOND,
    syncPerService: 45 * MICROSECOND,
  },
  nftables: {
    base: 12 * MICROSECOND,
    syncBase: 30 * MILLISECOND,
    syncPerChange: 1 * MILLISECOND,
  },
  ipvs: {
    base: 13 * MICROSECOND,
    syncBase: 10 * MILLISECOND,
    syncPerChange: 2 * MILLISECOND,
  },
};

/** `proxy.costs: none`. */
export const NO_COSTS: ProxyCosts = {
  iptables: { base: 0, perServiceRule: 0, perEndpointRule: 0, syncBase: 0, syncPerService: 0 },
  nftables: { base: 0, syncBase: 0, syncPerChange: 0 },
  ipvs: { base: 0, syncBase: 0, syncPerChange: 0 },
};

export const SERVICE_TIME: Distribution = constant(0);
export const CONCURRENCY = 1;
export const ERROR_RATE = 0;

/** Container start to first passing probe: a small process with a warm image. An assumption. */
export const START_UP: Distribution = { kind: 'uniform', min: seconds(1), max: seconds(3) };

/** Source: linux Documentation/networking/ip-sysctl.rst, ip_local_port_range. */
export const PORT_FIRST = 32_768;
export const PORT_LAST = 60_999;

/** Source: linux include/net/tcp.h, TCP_TIMEWAIT_LEN. */
export const PORT_TIME_WAIT: Duration = seconds(60);

export const POOL = 1;
export const REUSE = 'Lifo';

export const RETRY_ATTEMPTS = 1;
export const RETRY_ON: readonly ErrorCause[] = ['refused', 'connectTimeout', 'timeout', '503'];
/** Base and factor of Envoy's default back-off (25 ms, exponential, fully jittered). */
export const RETRY_BASE: Duration = (25 * MILLISECOND) as Duration;
export const RETRY_FACTOR = 2;
export const RETRY_JITTER = 'Full';

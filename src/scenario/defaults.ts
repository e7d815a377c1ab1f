/**
 * Every default of the format, with the source of its number. What a file leaves out is filled from
 * here and from nowhere else.
 */
import { MICROSECOND, MILLISECOND, seconds } from '../base/time.ts';
import type { Duration } from '../base/time.ts';
import type {
  Distribution,
  IntOrPercent,
  PlannedAutoscaler,
  PlannedControlPlane,
  PlannedController,
  PlannedProbe,
  PlannedProbes,
  PlannedProxy,
  ProxyMode,
  ScalingRules,
} from '../contract/plan.ts';
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

/**
 * What an L7 proxy takes for a request besides its network and its wait for a connection. An assumption: a fraction of a
 * millisecond is what proxies of this kind add at the median.
 */
export const INGRESS_PROXY_TIME: Distribution = constant(500 * MICROSECOND);

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
 * SYN retransmission until connect() gives up, after 131 s: linux 6.5 and later
 * (Documentation/networking/ip-sysctl.rst). Older kernels have no linear timeouts: 127 s.
 */
export const TCP_SYN_RETRIES = 6;
export const TCP_SYN_LINEAR_TIMEOUTS = 4;

/**
 * ICMP errors to one address: net.ipv4.icmp_ratelimit 1000 (ms), and six at once (linux
 * net/ipv4/inetpeer.c, XRLIM_BURST_FACTOR).
 */
export const ICMP_RATE_LIMIT: { readonly interval: Duration; readonly burst: number } = {
  interval: seconds(1),
  burst: 6,
};

/** Source: k8s pkg/controller/endpointslice/endpointslice_controller.go; qps and burst cmd/kube-controller-manager. */
const ENDPOINT_SLICES: PlannedControlPlane['endpointSlices'] = {
  maxEndpointsPerSlice: 100,
  workers: 5,
  batchPeriod: seconds(0),
  writeLimit: { qps: 20, burst: 30 },
  syncFailure: 0,
};

/**
 * Source: k8s pkg/kubelet (nodeStatusUpdateFrequency), pkg/controller/nodelifecycle; releases from 1.32 on wait for
 * 50 s. Toleration: k8s plugin/pkg/admission/defaulttolerationseconds.
 */
const NODE_LIFECYCLE: PlannedControlPlane['nodeLifecycle'] = {
  heartbeat: seconds(10),
  monitorPeriod: seconds(5),
  monitorGracePeriod: seconds(40),
  toleration: seconds(300),
};

/** Source: k8s pkg/kubelet/kubelet.go, MaxContainerBackOff; "Pod Lifecycle" of the Kubernetes documentation. */
const BACK_OFF: PlannedControlPlane['backOff'] = {
  initial: seconds(10),
  max: seconds(300),
  resetAfter: seconds(600),
};

/**
 * From a change in a pod to the nodes: kubelet to API server, EndpointSlice controller, watch (median 10 ms,
 * sigma 0.8); and from a change to what other controllers and the scheduler write. Assumptions all of them; the
 * SLO of the API server allows 1 s for each write.
 */
export const CONTROL_PLANE: PlannedControlPlane = {
  kubelet: constant(10 * MILLISECOND),
  endpointSlice: {
    kind: 'uniform',
    min: (5 * MILLISECOND) as Duration,
    max: (20 * MILLISECOND) as Duration,
  },
  watch: lognormalOfQuantiles(10 * MILLISECOND, 65 * MILLISECOND),
  controller: {
    kind: 'uniform',
    min: (5 * MILLISECOND) as Duration,
    max: (20 * MILLISECOND) as Duration,
  },
  scheduler: constant(10 * MILLISECOND),
  endpointSlices: ENDPOINT_SLICES,
  nodeLifecycle: NODE_LIFECYCLE,
  backOff: BACK_OFF,
};

/** Source: k8s pkg/apis/core/v1/defaults.go, SetDefaults_Probe; a handler has no default in Kubernetes. */
export const PROBE: PlannedProbe = {
  handler: 'httpGet',
  initialDelay: seconds(0),
  period: seconds(10),
  timeout: seconds(1),
  successThreshold: 1,
  failureThreshold: 3,
  terminationGracePeriod: null,
};

/** Container specs without any of it. */
export const PROBES: PlannedProbes = {
  readiness: null,
  liveness: null,
  startup: null,
  readyWithoutProbe: 'Serving',
};

/** Source: k8s pkg/apis/core/v1/defaults.go, SetDefaults_PodSpec. */
export const GRACE_PERIOD: Duration = seconds(30);

/** Source: k8s pkg/apis/apps/v1/defaults.go. */
export const ROLLING_UPDATE: {
  readonly maxSurge: IntOrPercent;
  readonly maxUnavailable: IntOrPercent;
} = { maxSurge: { percent: 25 }, maxUnavailable: { percent: 25 } };
export const DEPLOYMENT: Extract<PlannedController, { kind: 'Deployment' }> = {
  kind: 'Deployment',
  strategy: { type: 'RollingUpdate', ...ROLLING_UPDATE },
  minReady: seconds(0),
  progressDeadline: seconds(600),
  paused: false,
};
export const STATEFUL_SET: Extract<PlannedController, { kind: 'StatefulSet' }> = {
  kind: 'StatefulSet',
  podManagementPolicy: 'OrderedReady',
  updateStrategy: { type: 'RollingUpdate', partition: 0 },
  minReady: seconds(0),
};

/** Of a HorizontalPodAutoscaler that names no metric. Source: k8s pkg/apis/autoscaling/v2/defaults.go. */
export const CPU_UTILIZATION = 80;

/**
 * Flags of kube-controller-manager (k8s pkg/controller/podautoscaler/config/v1alpha1/defaults.go); metrics-server
 * scrapes kubelets every 15 s (its flag --metric-resolution).
 */
export const AUTOSCALING: Pick<
  PlannedAutoscaler,
  'syncPeriod' | 'metricsPeriod' | 'cpuInitializationPeriod' | 'initialReadinessDelay'
> & { readonly tolerance: number; readonly downscaleStabilization: Duration } = {
  syncPeriod: seconds(15),
  metricsPeriod: seconds(15),
  cpuInitializationPeriod: seconds(300),
  initialReadinessDelay: seconds(30),
  tolerance: 0.1,
  downscaleStabilization: seconds(300),
};

/** Source: k8s pkg/apis/autoscaling/v2/defaults.go, scaleUpRules and scaleDownRules. */
export const SCALE_UP: Pick<ScalingRules, 'stabilizationWindow' | 'selectPolicy' | 'policies'> = {
  stabilizationWindow: seconds(0),
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, period: seconds(15) },
    { type: 'Percent', value: 100, period: seconds(15) },
  ],
};
export const SCALE_DOWN: Pick<ScalingRules, 'selectPolicy' | 'policies'> = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, period: seconds(15) }],
};

/** kube-proxy's own default on Linux. Source: k8s cmd/kube-proxy; KEP-5343 has not changed it yet. */
export const PROXY_MODE: ProxyMode = 'iptables';

/** Source: k8s pkg/proxy/apis/config/v1alpha1/defaults.go; an agent that writes maps waits for nothing. */
export const MIN_SYNC_PERIOD: { readonly [mode in ProxyMode]: Duration } = {
  iptables: seconds(1),
  nftables: seconds(1),
  ipvs: seconds(0),
  ebpf: seconds(0),
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
  ebpf: { isFull: false, everySyncPeriod: false },
};

/** Source: k8s pkg/util/async/bounded_frequency_runner.go, up to 1.33. */
export const BURST = 2;

/** Source: k8s pkg/proxy/ipvs/proxier.go, defaultScheduler. */
export const IPVS_SCHEDULER = 'rr';

/** Source: linux net/netfilter/ipvs/ip_vs_proto_tcp.c, ip_vs_proto_udp.c; kube-proxy leaves them alone. */
export const IPVS_TCP_TIMEOUT: Duration = seconds(900);
export const IPVS_UDP_TIMEOUT: Duration = seconds(300);

/** Source: k8s pkg/proxy/ipvs/proxier.go, syncEndpoint goes through a sorted list. */
export const IPVS_ORDER = 'sorted';

/** Source: linux Documentation/networking/ipvs-sysctl.rst; kube-proxy leaves it alone since Linux 5.9. */
export const IPVS_CONN_REUSE_MODE = 1;

export const OTHER_SERVICES = 0;
export const OTHER_SERVICES_WITHOUT_ENDPOINTS = 0;

/** Source: linux net/netfilter/xt_recent.c, ip_list_tot. */
export const IP_LIST_TOT = 100;

/** Source: cilium Documentation/network/kubernetes/kubeproxy-free.rst. */
export const EBPF_ALGORITHM = 'random';
export const MAGLEV_TABLE_SIZE = 16_381;
/** TCP entries of Cilium's own connection map (bpf-ct-global-tcp-max). */
export const EBPF_CONNTRACK_MAX = 524_288;

/** Source: k8s pkg/proxy/apis/config/v1alpha1/defaults.go, conntrack.maxPerCore and conntrack.min. */
export const CONNTRACK_MAX_PER_CORE = 32_768;
export const CONNTRACK_MIN = 131_072;

/**
 * Source: linux net/netfilter/nf_conntrack_proto_tcp.c and _udp.c; tcpEstablishedTimeout is what
 * kube-proxy sets (k8s pkg/proxy/apis/config/v1alpha1/defaults.go), it leaves the others alone.
 */
export const CONNTRACK_TIMEOUTS: Omit<PlannedProxy['conntrack'], 'max'> = {
  timeWait: seconds(120),
  close: seconds(10),
  synSent: seconds(120),
  udpTimeout: seconds(30),
  udpStreamTimeout: seconds(120),
  tcpEstablishedTimeout: seconds(24 * 3600),
};

export const SERVICE_TIME: Distribution = constant(0);
export const CONCURRENCY = 1;
export const ERROR_RATE = 0;

/** Calls are made when a pod's own work is done, hold its worker (a thread per request), and fail the request that they are for. */
export const CALL_AT = 1;
export const WHILE_CALLING = 'Hold';
export const ON_CALL_ERROR = 'Fail';

/** The part of a service time that is CPU time: none, unless an autoscaler of CPU needs to know, which then takes all. */
export const CPU_SHARE = 0;
export const CPU_SHARE_AUTOSCALED = 1;

/** Container start until the process serves: a small process with a warm image. An assumption. */
export const START_UP: Distribution = { kind: 'uniform', min: seconds(1), max: seconds(3) };

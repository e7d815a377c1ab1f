/** Rows of "Selection": which endpoint a connection gets. */
import { isPickedForByProxy, routingOf } from '../../../contract/traffic/client.ts';
import {
  always,
  anyClient,
  anyService,
  endpointsChange,
  inMode,
  never,
  reuses,
  usesUdp,
} from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

const ipvs = inMode('ipvs');
const ebpf = inMode('ebpf');
const affinity = anyService(({ sessionAffinity }) => sessionAffinity !== null);

export const SELECTION: readonly Behaviour[] = [
  {
    name: 'per-connection selection',
    status: 'modelled',
    row: "One verdict per connection, on the client's node; later packets follow conntrack",
    applies: always,
  },
  {
    name: "each node's own rules and conntrack",
    status: 'modelled',
    row: 'Every node has its own rules, scheduler state, conntrack',
    applies: ({ nodes }) => nodes.length > 1,
  },
  {
    name: 'iptables statistic rules',
    status: 'modelled',
    row: 'iptables: rule i of n matches with 1/(n − i), each endpoint 1/n',
    applies: inMode('iptables'),
  },
  {
    name: 'nftables numgen',
    status: 'modelled',
    row: 'nftables: `numgen random mod n`',
    applies: inMode('nftables'),
  },
  {
    name: 'ipvs schedulers',
    status: 'modelled',
    row: 'ipvs schedulers rr, wrr, lc, wlc, sed, nq, sh, dh, mh, lblc, lblcr, fo, ovf, with weights',
    applies: ipvs,
  },
  {
    name: 'expiry of lblc and lblcr',
    status: 'left out',
    row: 'ipvs lblc and lblcr: forget an address not asked for in a day',
    applies: ({ proxies }) =>
      proxies.some(
        ({ mode, ipvs: { scheduler } }) =>
          mode === 'ipvs' && (scheduler === 'lblc' || scheduler === 'lblcr'),
      ),
  },
  {
    name: 'order of ipvs real servers',
    status: 'modelled',
    row: 'ipvs order of real servers: new endpoints in order of address, each at the head',
    applies: ipvs,
  },
  {
    name: 'ipvs entries and their timeouts',
    status: 'modelled',
    row: 'ipvs entries: active and inactive, timeouts by state, as late as the timer wheel',
    applies: ipvs,
  },
  {
    name: 'ipvs entries of half-open connections',
    status: 'simplified',
    row: 'ipvs entries of connections half closed or half open',
    but: 'established from its SYN',
    applies: ipvs,
  },
  {
    name: 'conn_reuse_mode and expire_nodest_conn',
    status: 'modelled',
    row: 'ipvs `conn_reuse_mode`, `expire_nodest_conn`, trash of deleted servers',
    applies: ipvs,
  },
  {
    name: 'ipvs persistence',
    status: 'modelled',
    row: 'ipvs persistence: templates, 60 s steps, `expire_quiescent_template`',
    applies: (plan) => ipvs(plan) && affinity(plan),
  },
  {
    name: 'ipvs drain of real servers',
    status: 'modelled',
    row: 'ipvs drain: weight 0 until a scan, one a minute, finds no entries; UDP and SCTP deleted at once',
    applies: (plan) => ipvs(plan) && endpointsChange(plan),
  },
  {
    name: 'ipvs real servers back while they drain',
    status: 'modelled',
    row: 'ipvs endpoint back while it drains: deleted with its entries and added anew',
    but: 'the kernel may keep the entries where both happen within a tick',
    applies: (plan) => ipvs(plan) && endpointsChange(plan),
  },
  {
    name: 'ipvs idle timeouts',
    status: 'modelled',
    row: 'ipvs forgets an idle connection after 900 s, UDP after 300 s',
    applies: (plan) => ipvs(plan) && (reuses(plan) || usesUdp(plan)),
  },
  {
    name: 'session affinity',
    status: 'modelled',
    row: "Session affinity: the endpoint of the client's last new connection, within the timeout; per node and ServicePort; gone with the endpoint",
    applies: affinity,
  },
  {
    name: 'limits of affinity lists',
    status: 'modelled',
    row: 'iptables remembers 100 client addresses an endpoint (`ip_list_tot`), the least recent makes room; an nftables set takes 65,535 and then no more',
    applies: (plan) => affinity(plan) && inMode('iptables', 'nftables')(plan),
  },
  {
    name: 'eBPF selection at connect()',
    status: 'modelled',
    row: 'eBPF (Cilium): a backend at random at connect(); established connections outlive every change',
    applies: ebpf,
  },
  {
    name: 'Maglev',
    status: 'modelled',
    row: 'eBPF: Maglev for what comes from outside',
    but: "the hash is not Cilium's, so single picks differ",
    applies: (plan) =>
      plan.proxies.some(
        ({ mode, ebpf: { algorithm } }) => mode === 'ebpf' && algorithm === 'maglev',
      ),
  },
  {
    name: 'eBPF session affinity',
    status: 'simplified',
    row: 'eBPF: session affinity by network namespace',
    but: "by the pod's address",
    applies: (plan) => ebpf(plan) && affinity(plan),
  },
  {
    name: 'eBPF without backends',
    status: 'simplified',
    row: 'eBPF: no backend',
    but: 'refused, whatever the reason',
    applies: (plan) => ebpf(plan) && endpointsChange(plan),
  },
  {
    name: 'serving-terminating fallback (KEP-1669)',
    status: 'modelled',
    row: 'Ready endpoints, else those terminating but serving',
    applies: endpointsChange,
  },
  {
    name: 'publishNotReadyAddresses',
    status: 'modelled',
    row: 'publishNotReadyAddresses: unready, terminating and starting pods count as ready; failed ones never',
    applies: anyService(({ publishNotReadyAddresses }) => publishNotReadyAddresses),
  },
  {
    name: 'internalTrafficPolicy Local',
    status: 'modelled',
    row: "internalTrafficPolicy Local: the node's own endpoints, else its own that terminate; hints do not count",
    applies: anyService(({ internalTrafficPolicy }) => internalTrafficPolicy === 'Local'),
  },
  {
    name: 'topology hints',
    status: 'modelled',
    row: "Hints: those for nodes, then those for zones; void as soon as one ready endpoint has none, and where none is for this node's zone",
    but: 'before 1.34 there are no hints for nodes',
    applies: (plan) =>
      anyService(({ topology }) => topology !== null)(plan) ||
      plan.workloads.some(({ pods }) => pods.some(({ hints }) => hints !== null)),
  },
  {
    name: 'trafficDistribution',
    status: 'modelled',
    row: 'trafficDistribution PreferSameZone (PreferClose), PreferSameNode',
    applies: anyService(({ topology }) => topology !== null && topology !== 'Auto'),
  },
  {
    name: 'topology-mode Auto',
    status: 'modelled',
    row: 'topology-mode Auto: endpoints for zones by their cores, or no hints where a zone would be overloaded by more than a fifth',
    but: 'control-plane nodes count',
    applies: anyService(({ topology }) => topology === 'Auto'),
  },
  {
    name: 'affinity by way in',
    status: 'modelled',
    row: 'Session affinity, per node, ServicePort and way in',
    applies: (plan) => affinity(plan) && anyClient(({ via }) => via !== null)(plan),
  },
  {
    name: 'headless Services',
    status: 'modelled',
    row: "Headless Services: DNS has the ready pods; the client takes one at random for each connection, at the pod's own port; no kube-proxy, no translation; the packet passes all rules",
    applies: anyClient(({ balancer, target }) => target.kind === 'headless' && balancer === null),
  },
  {
    name: 'client-side balancing',
    status: 'modelled',
    row: 'Balancing at the client, over a headless Service: pick_first, round_robin, random, least_request, ring_hash, maglev, a pick for each request',
    applies: anyClient(({ balancer, target }) => balancer !== null && target.kind === 'headless'),
  },
  {
    name: 're-resolution of balancing clients',
    status: 'modelled',
    row: 'What such a client knows of pods: the answer of its last question, asked again when a connection is lost (30 s apart at least) or every so often',
    applies: anyClient(({ balancer, target }) => balancer !== null && target.kind === 'headless'),
  },
  {
    name: 'sidecars',
    status: 'simplified',
    row: 'Sidecars: the proxy in the pod that calls, be it for those whom it serves, picks for each request; the one in the pod that serves takes its time',
    but: 'no handshakes of mTLS, no limit by the connections of the application, names cost nothing',
    applies: anyClient(({ mesh }) => mesh?.mode === 'Sidecar'),
  },
  {
    name: 'ambient mesh',
    status: 'simplified',
    row: 'Ambient mesh: a ztunnel on each node picks for each connection; a waypoint, a pod that requests cross the network to, for each request',
    but: 'no tunnels of their own, no load of waypoints',
    applies: anyClient(({ mesh }) => mesh !== null && mesh.mode !== 'Sidecar'),
  },
  {
    name: 'views of proxies that balance',
    status: 'simplified',
    row: 'What proxies know of pods: the ready ones of the last push, after watch, debounce and delivery',
    but: 'no traffic policies, hints or locality',
    applies: anyClient(isPickedForByProxy),
  },
  {
    name: 'routing of proxies',
    status: 'simplified',
    row: 'Retries, timeout and circuit breakers of a proxy: 503 for what it cannot reach, 504 for what takes too long',
    but: 'no max_connections, no limit for each try',
    applies: anyClient((client) => routingOf(client) !== null),
  },
  {
    name: 'outlier detection',
    status: 'modelled',
    row: 'Outlier detection: failures in a row, failure percentage, success rate; ejection for base × times, bounded share',
    applies: anyClient(({ balancer }) => balancer !== null && balancer.outlierDetection !== null),
  },
  {
    name: 'node ports',
    status: 'modelled',
    row: "Node ports: the node that is called decides, by externalTrafficPolicy; what a pod sends to its own node's is treated as Cluster",
    applies: anyClient(({ via }) => via?.kind === 'NodePort'),
  },
  {
    name: 'SNAT of what comes by a node port',
    status: 'simplified',
    row: 'Masquerade of what comes by a node port',
    but: 'no result shows which source a pod sees',
    applies: anyClient(({ via }) => via?.kind === 'NodePort' || via?.kind === 'LoadBalancer'),
  },
  {
    name: 'load balancers',
    status: 'simplified',
    row: 'Load balancers',
    but: 'no health checks in time',
    applies: anyClient(({ via }) => via?.kind === 'LoadBalancer'),
  },
  {
    name: 'Ingress and Gateway',
    status: 'simplified',
    row: 'Ingress, Gateway',
    but: 'no failures of the proxy',
    applies: anyClient(({ via }) => via?.kind === 'Ingress'),
  },
  {
    name: 'Services that no kube-proxy knows',
    status: 'modelled',
    row: 'Services labelled service.kubernetes.io/service-proxy-name or /headless: no kube-proxy knows them',
    applies: never,
  },
  {
    name: 'ExternalName',
    status: 'refused',
    row: 'ExternalName',
    applies: never,
  },
  {
    name: 'externalIPs',
    status: 'left out',
    row: 'externalIPs, loadBalancerSourceRanges',
    applies: never,
  },
  {
    name: 'EndpointSlices without pods',
    status: 'modelled',
    row: 'An EndpointSlice without pods: conditions and hints as it has them for the whole run',
    applies: ({ workloads }) => workloads.some(({ name }) => name.startsWith('endpointslice/')),
  },
];

/** Rows of "Endpoints and their propagation": what nodes know, and when. */
import type { Plan } from '../../../contract/plan.ts';
import { anyClient, does, endpointsChange, inMode, never, podsEnd, reuses } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

const restarts = does('kubeProxyRestart');
const nodesFail = does('nodeDown', 'zoneDown');
const syncsFail = ({ proxies }: Plan): boolean =>
  proxies.some(({ syncFailure }) => syncFailure > 0);

export const PROPAGATION: readonly Behaviour[] = [
  {
    name: 'endpoint propagation delay',
    status: 'modelled',
    row: 'Readiness to kubelet status, to EndpointSlice, to each node, to its rules: a delay each',
    but: 'the delays are assumptions',
    applies: endpointsChange,
  },
  {
    name: "kube-proxy's sync runner",
    status: 'modelled',
    row: 'Sync runner: minSyncPeriod after the end of a sync, burst 2 (1 since 1.34), coalescing',
    applies: endpointsChange,
  },
  {
    name: 'kube-proxies of nodes without clients',
    status: 'left out',
    row: 'kube-proxies of nodes without clients',
    but: 'nobody there to mislead',
    applies: never,
  },
  {
    name: 'partial and full syncs',
    status: 'modelled',
    row: 'A sync is partial; full at a start, after a failure and once an hour (iptables, nftables)',
    applies: (plan) => endpointsChange(plan) && inMode('iptables', 'nftables')(plan),
  },
  {
    name: 'forced syncs',
    status: 'modelled',
    row: 'Forced syncs: once an hour, ipvs up to 1.33 every syncPeriod',
    applies: (plan) => endpointsChange(plan) && plan.duration > 600e9,
  },
  {
    name: 'syncs that fail',
    status: 'modelled',
    row: 'A sync fails: the old rules stay, the next is full, syncPeriod later or with the next change',
    applies: syncsFail,
  },
  {
    name: 'restarts of kube-proxy',
    status: 'modelled',
    row: 'kube-proxy restarts: rules, scheduler state, conntrack and affinity stay; it lists what there is and writes it all',
    applies: restarts,
  },
  {
    name: 'rules that somebody else flushed',
    status: 'left out',
    row: 'Rules that somebody else flushed (`iptables -F`), large-cluster mode',
    applies: (plan) =>
      inMode('iptables')(plan) && plan.proxies.some(({ otherServices }) => otherServices > 1000),
  },
  {
    name: 'network programming latency',
    status: 'modelled',
    row: 'Network programming latency: from a change to the end of the sync, over all nodes with clients',
    applies: endpointsChange,
  },
  {
    name: 'stale views of nodes',
    status: 'modelled',
    row: 'The stale view: how long rules of each node named a pod that had stopped taking connections',
    but: 'pods that a partition cuts off',
    applies: podsEnd,
  },
  {
    name: 'time of a sync',
    status: 'modelled',
    row: 'Time of a sync, full and partial: iptables with all that is on the node, its nf_tables back end with the square of chains, nftables mostly with the changes',
    but: 'iptables-save and contention are left out',
    applies: endpointsChange,
  },
  {
    name: 'slices of 100 endpoints',
    status: 'modelled',
    row: 'EndpointSlices of at most 100 endpoints: changed in place, filled where they are written anyway, never rebalanced; a placeholder for none',
    applies: (plan) =>
      endpointsChange(plan) &&
      plan.workloads.some(
        ({ pods }) => pods.length > plan.controlPlane.endpointSlices.maxEndpointsPerSlice,
      ),
  },
  {
    name: 'the EndpointSlice controller',
    status: 'modelled',
    row: 'The EndpointSlice controller: five workers, a Service each, which look at the pods when they begin; batch period; 20 writes a second and a burst of 30; a sync that fails is tried again after 1 s, 2 s, 4 s … up to 1,000 s, 15 times',
    applies: endpointsChange,
  },
  {
    name: 'nodes that act when changes arrive',
    status: 'modelled',
    row: 'A node acts on each change at the moment at which it arrives, whether or not somebody calls from there',
    applies: never,
  },
  {
    name: 'connections that outlive readiness',
    status: 'modelled',
    row: 'Established connections survive unreadiness',
    applies: (plan) => reuses(plan) && endpointsChange(plan),
  },
  {
    name: 'connections to pods that are gone',
    status: 'modelled',
    row: 'Connections to a pod that is gone',
    applies: podsEnd,
  },
  {
    name: 'node failures',
    status: 'modelled',
    row: 'Node failure: SYNs unanswered, established requests sent again (tcp_retries2) or lost, a RST after the boot',
    but: 'no keep-alive probes',
    applies: nodesFail,
  },
  {
    name: 'partitions',
    status: 'modelled',
    row: 'Partitions between nodes, zones, the outside and the control plane',
    applies: does('partition'),
  },
  {
    name: 'nodes that boot',
    status: 'modelled',
    row: 'A node that boots',
    but: 'client pods are there at once',
    applies: nodesFail,
  },
  {
    name: 'load balancers in front of dead nodes',
    status: 'simplified',
    row: 'Load balancers in front of nodes that are down',
    but: 'they go on sending there',
    applies: (plan) =>
      nodesFail(plan) && anyClient(({ via }) => via?.kind === 'LoadBalancer')(plan),
  },
];

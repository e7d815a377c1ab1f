/** Rows of "What a first packet meets". */
import type { Plan } from '../../../contract/plan.ts';
import {
  always,
  anyClient,
  anyService,
  anyWorkload,
  does,
  endpointsChange,
  inMode,
  never,
  podsEnd,
  reuses,
  usesTcp,
  usesUdp,
} from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

const iptables = inMode('iptables');
const ICMP = (plan: Plan): boolean => endpointsChange(plan) && plan.network.icmpRateLimit !== null;
const tracks = (plan: Plan): boolean =>
  plan.nodes.some(({ proxy }) => plan.proxies[proxy]!.conntrack.max !== null);
const finds = anyClient(
  ({ target }) => target.kind === 'unknownPort' || target.kind === 'unknownAddress',
);

export const FIRST_PACKET: readonly Behaviour[] = [
  {
    name: 'refusal without endpoints',
    status: 'modelled',
    row: 'No usable endpoint: refused at once, in every mode',
    applies: endpointsChange,
  },
  {
    name: 'limits of ICMP errors',
    status: 'modelled',
    row: 'ICMP errors: a burst of six to one client address, then one a second; who is not told sends its SYN again',
    but: 'the limit over all addresses and the exemption of host network processes are left out',
    applies: ICMP,
  },
  {
    name: 'RSTs without a limit',
    status: 'modelled',
    row: 'RSTs (closed port, process down) are not limited',
    applies: ICMP,
  },
  {
    name: 'unknown ports',
    status: 'modelled',
    row: 'Known ClusterIP, unknown port: iptables routes it out, nftables and ipvs reject',
    applies: finds,
  },
  {
    name: 'unallocated Service addresses',
    status: 'modelled',
    row: 'Unallocated address of the service range: iptables and ipvs route it out, nftables drops',
    applies: finds,
  },
  {
    name: 'ClusterIPs called from outside',
    status: 'modelled',
    row: 'Client outside the cluster calls a ClusterIP: no route',
    applies: anyClient(
      ({ target, via, replicas }) =>
        target.kind === 'servicePort' && via === null && replicas.some(({ node }) => node === null),
    ),
  },
  {
    name: 'pods that do not listen yet',
    status: 'modelled',
    row: 'Picked pod alive, nobody listening: refused after a round trip',
    applies: endpointsChange,
  },
  {
    name: 'stale endpoints: pods that are gone',
    status: 'simplified',
    row: 'Picked pod gone: host unreachable after a while (ARP; at once: a node without a route, which is limited twice), or silence',
    but: 'one answer for all networks',
    applies: podsEnd,
  },
  {
    name: 'SYN retransmission',
    status: 'modelled',
    row: 'Unanswered SYN: sent again after 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 s (before Linux 6.5: 1, 3, 7, 15, 31, 63), to the same pod for as long as the node remembers the flow; ETIMEDOUT after 131 s (127 s)',
    applies: (plan) => usesTcp(plan) && (podsEnd(plan) || does('partition', 'crash')(plan)),
  },
  {
    name: 'drops under the policy Local',
    status: 'modelled',
    row: 'Only traffic policy Local rules endpoints out: iptables and nftables drop, ipvs refuses',
    applies: anyService(
      ({ internalTrafficPolicy, externalTrafficPolicy }) =>
        internalTrafficPolicy === 'Local' || externalTrafficPolicy === 'Local',
    ),
  },
  {
    name: 'cost of iptables rules',
    status: 'modelled',
    row: "iptables cost: rules of KUBE-SERVICES up to the Service's rank, which is random and new at each sync; then affinity and statistic rules",
    applies: iptables,
  },
  {
    name: 'iptables back ends',
    status: 'modelled',
    row: 'The iptables back ends differ: xtables (`legacy`) and nf_tables (`nft`)',
    applies: iptables,
  },
  {
    name: 'rules of Services without endpoints',
    status: 'modelled',
    row: 'Filter table: every first packet passes the rules of all Services without endpoints; a packet to no Service passes all rules',
    applies: (plan) =>
      iptables(plan) &&
      plan.proxies.some(({ otherServicesWithoutEndpoints }) => otherServicesWithoutEndpoints > 0),
  },
  {
    name: 'constant cost of nftables, ipvs and eBPF',
    status: 'modelled',
    row: 'nftables, ipvs and ebpf cost: constant',
    applies: inMode('nftables', 'ipvs', 'ebpf'),
  },
  {
    name: 'cost of SNAT',
    status: 'simplified',
    row: 'Masquerade of hairpin traffic and with masqueradeAll',
    but: 'the pod still sees the client',
    applies: ({ proxies }) =>
      proxies.some(
        ({ mode, iptables: { masqueradeAll: first }, nftables: { masqueradeAll: second } }) =>
          mode === 'iptables' ? first : mode === 'nftables' && second,
      ),
  },
  {
    name: 'cost of later packets',
    status: 'simplified',
    row: 'Packets after the first',
    but: 'no cost',
    applies: always,
  },
  {
    name: 'full conntrack tables',
    status: 'modelled',
    row: 'conntrack table full: first packets dropped, whatever fills it; established flows untouched; a SYN that is sent again may get in later',
    but: 'left out is early drop',
    applies: tracks,
  },
  {
    name: 'conntrack entries after their connection',
    status: 'modelled',
    row: 'conntrack entries outlive their connection: 120 s after both FINs or an unanswered SYN, 10 s after a reset, not at all where a RST was the only answer',
    but: 'half-closed connections (CLOSE_WAIT, LAST_ACK) last no time here',
    applies: tracks,
  },
  {
    name: 'conntrack timeout of idle connections',
    status: 'modelled',
    row: 'An established connection idle for longer than `tcpEstablishedTimeout`: conntrack takes its next packet for a new flow, which a RST answers unless it comes to the same pod',
    applies: (plan) => tracks(plan) && reuses(plan),
  },
  {
    name: 'accept queues',
    status: 'simplified',
    row: 'Accept queue: backlog + 1 connections wait while no worker accepts, further SYNs are dropped and sent again',
    but: 'a process is not otherwise too busy to accept',
    applies: anyWorkload(({ backlog }) => backlog !== null),
  },
  {
    name: 'source ports and TIME_WAIT',
    status: 'modelled',
    row: 'Source ports: 28,232 of one pod towards one destination (of a headless Service: all its pods), TIME_WAIT 60 s on the side that closes, EADDRNOTAVAIL where none is left',
    applies: anyClient(({ ports, protocol }) => ports !== null && protocol === 'TCP'),
  },
  {
    name: 'UDP flows',
    status: 'modelled',
    row: 'UDP: every datagram asks the node; an entry lives for 30 s after the last, 120 s once the flow was answered and is older than 2 s; then it is decided anew',
    applies: usesUdp,
  },
  {
    name: 'stale UDP entries',
    status: 'modelled',
    row: 'UDP entries of endpoints that no longer serve are deleted by kube-proxy after its sync, in iptables and nftables: until then they swallow what is sent',
    applies: (plan) =>
      usesUdp(plan) && endpointsChange(plan) && inMode('iptables', 'nftables')(plan),
  },
  {
    name: 'UDP entries of Services that get endpoints',
    status: 'left out',
    row: 'UDP entries to a Service that gets its first endpoint are deleted',
    applies: (plan) =>
      anyClient(({ protocol }) => protocol === 'UDP')(plan) && endpointsChange(plan),
  },
  {
    name: 'UDP servers that are down',
    status: 'modelled',
    row: 'A UDP server that is down refuses by ICMP, one that is gone or full is silent',
    applies: (plan) => usesUdp(plan) && endpointsChange(plan),
  },
  {
    name: 'eBPF and UDP sockets',
    status: 'modelled',
    row: 'eBPF: a UDP socket keeps the backend of its first datagram, and the next one picks anew, also on the same port',
    but: 'newer versions of Cilium close sockets of backends that are gone',
    applies: (plan) => usesUdp(plan) && inMode('ebpf')(plan),
  },
  {
    name: 'SCTP',
    status: 'refused',
    row: 'SCTP',
    applies: never,
  },
];

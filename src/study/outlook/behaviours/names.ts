/** Rows of "Names": how addresses are looked up. */
import type { Plan } from '../../../contract/plan.ts';
import { endpointsChange, inMode, never, resolvesNames } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

const hasNodeCache = (plan: Plan): boolean => resolvesNames(plan) && plan.dns?.nodeCache != null;

export const NAMES: readonly Behaviour[] = [
  {
    name: 'search list and ndots',
    status: 'modelled',
    row: 'Search list of a pod (`dnsPolicy: ClusterFirst`), ndots 5, the number of queries for a name',
    applies: resolvesNames,
  },
  {
    name: 'A and AAAA at once',
    status: 'modelled',
    row: 'A and AAAA of each name at once from one socket, until one name exists; timeout 5 s, two attempts',
    but: "glibc's resolver; musl's and Go's differ",
    applies: resolvesNames,
  },
  {
    name: 'kube-dns as a Service',
    status: 'modelled',
    row: "kube-dns is a Service: its queries are UDP flows that meet the rules, the conntrack and the last sync of the client's node",
    applies: resolvesNames,
  },
  {
    name: 'the conntrack race of A and AAAA',
    status: 'modelled',
    row: 'A and AAAA race to make one conntrack entry, and one is lost: the delay of 5 s',
    applies: (plan) =>
      resolvesNames(plan) && (plan.dns?.race ?? 0) > 0 && inMode('iptables', 'nftables')(plan),
  },
  {
    name: 'CoreDNS',
    status: 'modelled',
    row: 'CoreDNS answers names of the cluster out of memory, with a TTL of 30 s',
    but: 'Services do not come or go during a run',
    applies: resolvesNames,
  },
  {
    name: 'names outside the cluster',
    status: 'simplified',
    row: 'Names outside the cluster: forwarded, kept for 30 s',
    but: 'one delay upstream, which never fails',
    applies: (plan) =>
      resolvesNames(plan) &&
      plan.clients.some(
        ({ resolver }) => resolver !== null && !/\.cluster\.local\.?$/.test(resolver.names.at(-1)!),
      ),
  },
  {
    name: 'names of Services without endpoints',
    status: 'modelled',
    row: 'A Service without endpoints resolves all the same',
    applies: (plan) => resolvesNames(plan) && endpointsChange(plan),
  },
  {
    name: 'lameduck of CoreDNS',
    status: 'modelled',
    row: 'CoreDNS after SIGTERM: answers for 5 s more (lameduck)',
    applies: (plan) =>
      resolvesNames(plan) &&
      plan.timeline.some(
        (action) =>
          'workload' in action &&
          plan.workloads[action.workload]!.memberships.some(
            ({ service }) => service === plan.dns!.service,
          ),
      ),
  },
  {
    name: 'answers that clients keep',
    status: 'modelled',
    row: 'Clients keep answers for their TTL',
    but: 'when a run starts they have answers of random age',
    applies: (plan) =>
      resolvesNames(plan) && plan.clients.some(({ resolver }) => resolver?.cached === true),
  },
  {
    name: 'NodeLocal DNSCache',
    status: 'modelled',
    row: 'NodeLocal DNSCache: no DNAT, no conntrack; misses go to kube-dns over TCP; answers kept for 30 s, denials for 5 s',
    but: 'its own death left out',
    applies: hasNodeCache,
  },
  {
    name: 'DNS over TCP of pods, several name servers',
    status: 'left out',
    row: 'Answers that are truncated, DNS over TCP of pods, several name servers, hostNetwork pods',
    applies: never,
  },
];

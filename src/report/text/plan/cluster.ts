/** Nodes, their kube-proxies, the network between them. */
import { formatDuration } from '../../../base/units.ts';
import type { Plan, PlannedProxy } from '../../../contract/plan.ts';
import { formatCount } from '../../numbers.ts';
import { distributionText } from './distribution.ts';
import { itemLines } from './items.ts';

export function clusterLines(plan: Plan): readonly string[] {
  const used = plan.proxies
    .map((proxy, index) => ({
      proxy,
      nodes: plan.nodes.filter((node) => node.proxy === index).map(({ name }) => name),
    }))
    .filter(({ nodes }) => nodes.length > 0);
  return itemLines('Cluster', [
    ['nodes', nodesText(plan)],
    ...used.map(({ proxy, nodes }): [string, string] => [
      'kube-proxy',
      `${proxyText(proxy)}${used.length === 1 ? '' : ` on ${namesText(nodes)}`}`,
    ]),
    ['network', networkText(plan)],
    ...(plan.dns === null ? [] : [['DNS', dnsText(plan.dns)] as [string, string]]),
  ]);
}

const SHOWN = 4;

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

function nodesText({ nodes }: Plan): string {
  const zones = new Map<string, number>();
  for (const { zone } of nodes) if (zone !== null) zones.set(zone, (zones.get(zone) ?? 0) + 1);
  const cores = [...new Set(nodes.map(({ cpu }) => cpu))].sort((a, b) => a - b);
  const closed = nodes.filter(({ unschedulable }) => unschedulable).length;
  return [
    `${formatCount(nodes.length)} of ${cores.length === 1 ? '' : `${cores[0]} to `}${cores.at(-1)} cores`,
    ...(zones.size > 0
      ? [`zones ${[...zones].map(([zone, count]) => `${zone} (${count})`).join(', ')}`]
      : []),
    ...(closed > 0 ? [`${closed} take no pods`] : []),
  ].join('; ');
}

function proxyText(proxy: PlannedProxy): string {
  const { mode, ipvs, ebpf, minSyncPeriod, otherServices, conntrack } = proxy;
  return [
    mode === 'ipvs'
      ? `ipvs, scheduler ${ipvs.scheduler}`
      : mode === 'ebpf'
        ? `ebpf (Cilium), algorithm ${ebpf.algorithm}`
        : mode,
    `minSyncPeriod ${formatDuration(minSyncPeriod)}`,
    conntrack.max === null
      ? 'conntrack unlimited'
      : `conntrack ${formatCount(conntrack.max)} entries`,
    ...(otherServices > 0 ? [`${formatCount(otherServices)} other Services`] : []),
  ].join(', ');
}

function networkText({ network, nodes }: Plan): string {
  const zones = new Set(nodes.map(({ zone }) => zone)).size;
  return [
    `one way ${distributionText(network.sameNode)} on a node`,
    `${distributionText(network.sameZone)} ${zones > 1 ? 'in a zone' : 'between nodes'}`,
    ...(zones > 1 ? [`${distributionText(network.crossZone)} between zones`] : []),
  ].join('; ');
}

function dnsText({ ttl, nodeCache, race }: NonNullable<Plan['dns']>): string {
  return [
    `TTL ${formatDuration(ttl)}`,
    nodeCache === null ? 'no cache on nodes' : 'NodeLocal DNSCache',
    ...(race > 0 ? [`A and AAAA race with probability ${race}`] : []),
  ].join(', ');
}

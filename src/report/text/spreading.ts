/** Who spreads the requests of a plan over pods: kube-proxy by its mode, or what its callers have in its place. */
import type { Plan, PlannedClient } from '../../contract/plan.ts';

/** `iptables`, or `iptables + ipvs` where nodes differ; `sidecar mesh`, `round_robin` where requests do not go by kube-proxy. */
export function spreadingOf(plan: Plan): string {
  const instead = plan.clients.map(inPlaceOfProxy);
  const isProxied = instead.length === 0 || instead.includes(null);
  const names = [
    ...(isProxied ? modesOf(plan) : []),
    ...instead.filter((name): name is string => name !== null),
  ];
  return [...new Set(names)].join(' + ');
}

function modesOf(plan: Plan): readonly string[] {
  const used = new Set(plan.nodes.map((node) => node.proxy));
  return plan.proxies.flatMap((proxy, index) => (used.has(index) ? [proxy.mode] : []));
}

/** Null: its connections meet the rules of a node. */
function inPlaceOfProxy({ mesh, balancer, target, via }: PlannedClient): string | null {
  if (mesh !== null) return MESHES[mesh.mode];
  if (balancer !== null)
    return via === null ? balancer.policy.kind : `ingress ${balancer.policy.kind}`;
  return target.kind === 'headless' && via === null ? 'headless' : null;
}

const MESHES = {
  Sidecar: 'sidecar mesh',
  Ztunnel: 'ambient mesh',
  Waypoint: 'ambient mesh with waypoints',
} as const;

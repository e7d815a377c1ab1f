/** An L7 proxy at the edge: it calls the ClusterIP, or balances over pods by itself as most of them do. */
import type { PlannedBalancer, PlannedWay } from '../../../contract/plan.ts';
import { INGRESS_PROXY_TIME } from '../../defaults.ts';
import type { ClientInput, IngressInput } from '../../schema/traffic/client.ts';
import { ROUTING } from '../../schema/traffic/mesh.ts';
import type { Path } from '../../text/tree.ts';
import { planDistribution } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { planProxyBalancer } from './proxy-balancer.ts';
import { planRouting } from './routing.ts';
import type { FoundTarget } from './targets.ts';

export function planIngress(
  via: IngressInput,
  at: { readonly found: FoundTarget; readonly path: Path; readonly isOutside: boolean },
  document: ScenarioDocument,
): PlannedWay {
  const { found, path } = at;
  if (!at.isOutside) {
    const message = 'an Ingress is for clients outside the cluster: external: true';
    document.error(path, 'Required', message);
  }
  const { balancer, proxyTime } = via;
  const time =
    proxyTime === undefined
      ? INGRESS_PROXY_TIME
      : planDistribution(proxyTime, [...path, 'proxyTime'], document);
  if (balancer === undefined) {
    for (const field of Object.keys(ROUTING) as (keyof typeof ROUTING)[]) {
      if (via[field] === undefined) continue;
      const message = 'is of proxies that balance, and this one calls the ClusterIP';
      document.error([...path, field], 'Invalid', message, 'balancer: least_request makes it one');
    }
    return { kind: 'Ingress', proxyTime: time, routing: null };
  }
  if (found.target.kind !== 'servicePort') {
    const message = 'a proxy balances over the pods of a Service that has a ClusterIP';
    document.error([...path, 'balancer'], 'Invalid', message);
  }
  const routing = planRouting(via, (field) => [...path, field], document);
  return { kind: 'Ingress', proxyTime: time, routing };
}

/** How the proxy of an Ingress picks; null: it does not, or there is none. */
export function planIngressBalancer(
  { via }: Pick<ClientInput, 'via'>,
  path: Path,
  document: ScenarioDocument,
): PlannedBalancer | null {
  if (typeof via !== 'object' || via.balancer === undefined) return null;
  return planProxyBalancer(via.balancer, [...path, 'via', 'balancer'], document);
}

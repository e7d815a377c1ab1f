/** Ways in: how a client comes to its target where that is not by a ClusterIP. */
import type { PlannedWay } from '../../../contract/plan.ts';
import type { Path } from '../../text/tree.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { planIngress } from './ingress.ts';
import type { RequestsInput } from './requests.ts';
import type { FoundTarget } from './targets.ts';

/** `nodes`: how many there are. */
export function planWay(
  input: RequestsInput,
  found: FoundTarget,
  at: { readonly path: Path; readonly nodes: number },
  document: ScenarioDocument,
): PlannedWay | null {
  const { via } = input;
  const path = [...at.path, 'via'];
  if (found.node !== null) {
    if (via !== undefined) {
      document.error(path, 'Invalid', 'the target is a node port already: leave via out');
    }
    return { kind: 'NodePort', nodes: [found.node] };
  }
  if (via === undefined) {
    warnOfOutside(input, found, at.path, document);
    return null;
  }
  if (typeof via !== 'string')
    return planIngress(via, { found, path, isOutside: input.external === true }, document);
  checkExposed(via, found, path, document);
  if (via === 'LoadBalancer') return { kind: 'LoadBalancer' };
  return { kind: 'NodePort', nodes: Array.from({ length: at.nodes }, (_, node) => node) };
}

/** Only what is routed out of the cluster reaches it from there: neither ClusterIPs nor pods are. */
function warnOfOutside(
  input: RequestsInput,
  { target }: FoundTarget,
  path: Path,
  document: ScenarioDocument,
): void {
  if (input.external !== true) return;
  const what = target.kind === 'headless' ? "a pod's address" : 'a ClusterIP';
  const hint = 'ways in: via: NodePort, via: LoadBalancer, or via: { ingress: deployment/name }';
  const message = `nothing outside reaches ${what}`;
  document.warn([...path, 'external'], 'Unreachable', message, hint);
}

function checkExposed(
  via: 'NodePort' | 'LoadBalancer',
  { target, service }: FoundTarget,
  path: Path,
  document: ScenarioDocument,
): void {
  if (service === null || target.kind !== 'servicePort') {
    document.error(path, 'Invalid', `${via} leads to a port of a Service that has a ClusterIP`);
    return;
  }
  const { name, ports } = service.planned;
  const { type } = service.manifest;
  if (via === 'LoadBalancer' && type !== 'LoadBalancer') {
    const hint = `its type is ${type}; LoadBalancer gives it one`;
    document.error(path, 'Invalid', `Service "${name}" has no load balancer`, hint);
  } else if (ports[target.port]!.nodePort === null) {
    const hint = `its type is ${type}; NodePort and LoadBalancer give it some`;
    document.error(path, 'Invalid', `Service "${name}" has no node ports`, hint);
  }
}

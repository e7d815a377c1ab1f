/**
 * How requests come to the pods behind their target, and who picks one: what clients and the calls of pods have in common.
 */
import type { PlannedClient } from '../../../contract/plan.ts';
import type { AttemptsInput } from '../../schema/traffic/attempts.ts';
import type { ClientInput } from '../../schema/traffic/client.ts';
import type { Path } from '../../text/tree.ts';
import { planResolver } from '../dns.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { planUdp, type PlannedAttempts } from './attempts.ts';
import { planBalancer } from './balancer.ts';
import type { ClientSurroundings } from './clients.ts';
import { planIngressBalancer } from './ingress.ts';
import { planMesh } from './mesh.ts';
import type { FoundTarget } from './targets.ts';
import { planWay } from './ways.ts';

/** Of a client; or of a call, which comes from inside the cluster and goes by no `via`. */
export type RequestsInput = AttemptsInput &
  Pick<ClientInput, 'target' | 'namespace' | 'external' | 'via'>;

type PlannedRequests = PlannedAttempts &
  Pick<PlannedClient, 'target' | 'protocol' | 'via' | 'mesh' | 'resolver' | 'balancer'>;

/** Where they stand, and what is around them. */
export interface RequestsPlace {
  readonly found: FoundTarget;
  readonly path: Path;
  readonly around: ClientSurroundings;
  /** The workload whose pods make them as they serve others, by index; null: a client does. */
  readonly origin: number | null;
}

/** `own`: how whoever makes them would send them, where no proxy does it instead. */
export function planRequests(
  input: RequestsInput,
  own: PlannedAttempts,
  at: RequestsPlace,
  document: ScenarioDocument,
): PlannedRequests {
  const { around, found, path } = at;
  const { target, service, protocol } = found;
  const via = planWay(input, found, { path, nodes: around.nodes.length }, document);
  const meshed = planMesh(input, own, at, document);
  // Nodes have no names in the cluster's DNS, and proxies that balance know the Services from their control plane.
  const lookedUp = via === null && meshed === null ? service : null;
  const resolver = planResolver(input, path, { dns: around.dns, service: lookedUp }, document);
  const balancer = planBalancer(
    input.balancer,
    { found, connection: own.connection, retries: own.retry !== null },
    [...path, 'balancer'],
    document,
  );
  const planned: PlannedRequests = {
    target,
    protocol,
    via,
    mesh: null,
    resolver,
    balancer: planIngressBalancer(input, path, document) ?? balancer,
    ...own,
    ...meshed,
  };
  return protocol === 'UDP' ? planUdp(planned, path, document) : planned;
}

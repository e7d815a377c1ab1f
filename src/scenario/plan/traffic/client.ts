/** One client: whom it calls, how often, over which connections. */
import type { PlannedClient } from '../../../contract/plan.ts';
import type { ClientInput } from '../../schema/traffic/client.ts';
import type { Path } from '../../text/tree.ts';
import { planResolver } from '../dns.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import type { ServiceDraft } from '../services.ts';
import { planArrival } from './arrival.ts';
import { planAttempts, planUdp } from './attempts.ts';
import { planBalancer } from './balancer.ts';
import type { ClientSurroundings } from './clients.ts';
import { BALANCER_WARMS_NONE, refuseWarmUp } from './connection.ts';
import { planIngressBalancer } from './ingress.ts';
import { planMesh } from './mesh.ts';
import { planReplicas } from './replicas.ts';
import { planSession } from './session.ts';
import { planWay } from './ways.ts';

export function planClient(
  input: ClientInput,
  path: Path,
  around: ClientSurroundings,
  document: ScenarioDocument,
): { planned: PlannedClient; service: ServiceDraft | null } | undefined {
  const found = around.targets.find(input.target, input.namespace ?? 'default', [
    ...path,
    'target',
  ]);
  const arrival = planArrival(
    input.arrival,
    [...path, 'arrival'],
    { ...around, client: input.name, replaces: false },
    document,
  );
  const rest = {
    replicas: planReplicas(input, path, around, document),
    arrival,
    session: planSession(input.session, [...path, 'session'], arrival, document),
    ...planAttempts(input, path, document),
  };
  if (rest.arrival.kind === 'script') checkScripted(input, path, document);
  if (found === undefined) return undefined;
  const { target, service, protocol } = found;
  const via = planWay(input, found, { path, nodes: around.nodes.length }, document);
  const meshed = planMesh(input, rest, { found, path, around }, document);
  // Nodes have no names in the cluster's DNS, and proxies that balance know the Services from their control plane.
  const lookedUp = via === null && meshed === null ? service : null;
  const resolver = planResolver(input, path, { dns: around.dns, service: lookedUp }, document);
  const own = planBalancer(
    input.balancer,
    { found, connection: rest.connection, retries: rest.retry !== null },
    [...path, 'balancer'],
    document,
  );
  const planned: PlannedClient = {
    name: input.name,
    origin: null,
    target,
    protocol,
    via,
    mesh: null,
    resolver,
    balancer: planIngressBalancer(input, path, document) ?? own,
    ...rest,
    ...meshed,
  };
  if (planned.balancer !== null) {
    refuseWarmUp(rest.connection, [...path, 'connection'], BALANCER_WARMS_NONE, document);
  }
  return { planned: protocol === 'UDP' ? planUdp(planned, path, document) : planned, service };
}

/** What a client has whose connections a trace opens and closes. */
const OF_SCRIPTED: ReadonlySet<string> = new Set<keyof ClientInput>([
  'name',
  'namespace',
  'replicas',
  'from',
  'external',
  'target',
  'via',
  'arrival',
  'connectTimeout',
  'dns',
  'ports',
]);

function checkScripted(input: ClientInput, path: Path, document: ScenarioDocument): void {
  for (const [field, value] of Object.entries(input)) {
    if (value === undefined || OF_SCRIPTED.has(field)) continue;
    const message = 'without effect: the trace opens and closes connections, and sends no requests';
    document.warn([...path, field], 'NoEffect', message);
  }
}

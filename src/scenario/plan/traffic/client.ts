/** One client: whom it calls, how often, over which connections. */
import type { PlannedClient } from '../../../contract/plan.ts';
import type { ClientInput } from '../../schema/traffic/client.ts';
import type { Path } from '../../text/tree.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import type { ServiceDraft } from '../services.ts';
import { planArrival } from './arrival.ts';
import { planAttempts } from './attempts.ts';
import type { ClientSurroundings } from './clients.ts';
import { BALANCER_WARMS_NONE, refuseWarmUp } from './connection.ts';
import { planReplicas } from './replicas.ts';
import { planRequests } from './requests.ts';
import { planSession } from './session.ts';

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
  const replicas = planReplicas(input, path, around, document);
  const session = planSession(input.session, [...path, 'session'], arrival, document);
  const own = planAttempts(input, path, document);
  if (arrival.kind === 'script') checkScripted(input, path, document);
  if (found === undefined) return undefined;
  const { target, protocol, via, mesh, resolver, balancer, ...attempts } = planRequests(
    input,
    own,
    { found, path, around, origin: null },
    document,
  );
  if (balancer !== null) {
    refuseWarmUp(own.connection, [...path, 'connection'], BALANCER_WARMS_NONE, document);
  }
  const planned: PlannedClient = {
    name: input.name,
    origin: null,
    target,
    protocol,
    via,
    mesh,
    resolver,
    balancer,
    replicas,
    arrival,
    session,
    ...attempts,
  };
  return { planned, service: found.service };
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

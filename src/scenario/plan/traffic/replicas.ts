/** The pods of a client: its own, those of a workload, or whoever is outside the cluster. */
import type { PlannedClient } from '../../../contract/plan.ts';
import type { ClientInput } from '../../schema/traffic/client.ts';
import type { Path } from '../../text/tree.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import type { ClientSurroundings } from './clients.ts';

export function planReplicas(
  input: ClientInput,
  path: Path,
  around: ClientSurroundings,
  document: ScenarioDocument,
): PlannedClient['replicas'] {
  const { placement, addresses } = around;
  const count = input.replicas ?? 1;
  if (input.from !== undefined) return planFrom(input, input.from, path, around, document);
  if (typeof input.via === 'object') {
    if (input.replicas !== undefined) {
      const message = 'the replicas of a client by an Ingress are the pods of its proxy';
      const hint = `leave it out; ${input.via.ingress} says how many there are`;
      document.error([...path, 'replicas'], 'Invalid', message, hint);
    }
    return planPods(input.via.ingress, [...path, 'via', 'ingress'], around, document);
  }
  if (input.external !== true) {
    return Array.from({ length: count }, () => {
      const node = placement.next();
      return { ip: addresses.pod(node), node };
    });
  }
  return Array.from({ length: count }, () => ({ ip: addresses.external(), node: null }));
}

function planFrom(
  input: ClientInput,
  from: string,
  path: Path,
  around: ClientSurroundings,
  document: ScenarioDocument,
): PlannedClient['replicas'] {
  for (const field of ['replicas', 'external'] as const) {
    if (input[field] === undefined) continue;
    document.error([...path, field], 'Invalid', `${field} and from exclude each other`);
  }
  return planPods(from, [...path, 'from'], around, document);
}

/** The pods of a workload as client pods. */
function planPods(
  reference: string,
  path: Path,
  around: ClientSurroundings,
  document: ScenarioDocument,
): PlannedClient['replicas'] {
  const draft = around.finder.find(reference, path);
  if (draft === undefined) return [];
  const workload = around.workloads[around.drafts.indexOf(draft)];
  const pods = workload?.pods ?? [];
  if (pods.length === 0) document.error(path, 'Invalid', `${reference} has no pods`);
  return pods.map(({ ip, node }) => ({ ip, node }));
}

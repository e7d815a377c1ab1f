/** Clients: who calls what. */
import { assert } from '../../../base/assert.ts';
import { didYouMean } from '../../../base/suggest.ts';
import type { Duration } from '../../../base/time.ts';
import type { PlannedClient, PlannedNode, PlannedWorkload } from '../../../contract/plan.ts';
import type { Path } from '../../text/tree.ts';
import type { Addresses } from '../addresses.ts';
import type { DnsSurroundings } from '../dns.ts';
import type { WorkloadFinder } from '../find-workload.ts';
import type { Placement } from '../placement.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import type { ServiceDraft } from '../services.ts';
import type { Draft } from '../workload-drafts.ts';
import { planClient } from './client.ts';
import type { TargetFinder } from './targets.ts';

export interface ClientSurroundings {
  readonly targets: TargetFinder;
  readonly finder: WorkloadFinder;
  readonly drafts: readonly Draft[];
  /** By the same index as `drafts`. */
  readonly workloads: readonly PlannedWorkload[];
  readonly placement: Placement;
  readonly addresses: Addresses;
  readonly warmUp: Duration;
  readonly duration: Duration;
  /** Null: names resolve for free. */
  readonly dns: DnsSurroundings | null;
  readonly nodes: readonly PlannedNode[];
}

export interface PlannedClients {
  readonly clients: readonly PlannedClient[];
  /** The Services that clients call. */
  readonly called: ReadonlySet<ServiceDraft>;
}

export function planClients(
  around: ClientSurroundings,
  document: ScenarioDocument,
): PlannedClients {
  const clients: PlannedClient[] = [];
  const called = new Set<ServiceDraft>();
  const names = new Set<string>();
  document.spec.clients.forEach((input, index) => {
    if (document.isBroken('clients', index)) return;
    const path = ['spec', 'clients', index];
    if (names.has(input.name) && input.name !== '?') {
      const message = `two clients are named "${input.name}"`;
      document.error([...path, 'name'], 'Duplicate', message);
    }
    names.add(input.name);
    const client = planClient(input, path, around, document);
    if (client === undefined) {
      assert(document.findings.errors > 0, `client ${input.name} was left out without a word`);
      return;
    }
    clients.push(client.planned);
    if (client.service !== null) called.add(client.service);
  });
  return { clients, called };
}

/** Names of clients as the file has them, the invalid ones too: what refers to them is not to blame. */
function clientNames(
  planned: readonly PlannedClient[],
  document: ScenarioDocument,
): readonly string[] {
  const calls = planned.filter(({ origin }) => origin !== null);
  return [...document.spec.clients, ...calls].map((client) => client.name);
}

/** A finding for a name that no client has. */
export function checkClientName(
  { name, path }: { readonly name: string; readonly path: Path },
  planned: readonly PlannedClient[],
  document: ScenarioDocument,
): void {
  const names = clientNames(planned, document);
  if (names.includes(name) || names.includes('?')) return;
  const advice = didYouMean(name, names);
  document.error(path, 'NotFound', `no client "${name}"${advice}`, `Clients: ${names.join(', ')}`);
}

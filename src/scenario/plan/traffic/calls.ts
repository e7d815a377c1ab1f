/** Calls: what the pods of a workload call while they serve, each made by a client of its own. */
import { parseRatio } from '../../../base/units.ts';
import type {
  PlannedCall,
  PlannedCalls,
  PlannedCallStep,
  PlannedClient,
} from '../../../contract/plan.ts';
import { NO_ARRIVALS } from '../../../contract/plan.ts';
import { CALL_AT, ON_CALL_ERROR, WHILE_CALLING } from '../../defaults.ts';
import type { CallInput, CallStepInput } from '../../schema/traffic/call.ts';
import type { Path } from '../../text/tree.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import type { ServiceDraft } from '../services.ts';
import type { Draft } from '../workload-drafts.ts';
import type { WorkloadEntry } from '../workloads.ts';
import { planAttempts } from './attempts.ts';
import { refuseWarmUp } from './connection.ts';
import type { ClientSurroundings } from './clients.ts';
import { checkCallGraph } from './call-graph.ts';
import { planRequests } from './requests.ts';

export interface CallSurroundings extends ClientSurroundings {
  readonly settings: ReadonlyMap<Draft, WorkloadEntry>;
  /** Those of the file, which come first in the plan. */
  readonly clients: readonly PlannedClient[];
}

export interface PlannedGraph {
  /** By workload; null: it calls nothing. */
  readonly calls: readonly (PlannedCalls | null)[];
  /** One a call, to be appended to those of the file. */
  readonly clients: readonly PlannedClient[];
  readonly called: ReadonlySet<ServiceDraft>;
}

export function planCalls(around: CallSurroundings, document: ScenarioDocument): PlannedGraph {
  const planner = new CallPlanner(around, document);
  const calls = around.drafts.map((draft, workload) => {
    const entry = around.settings.get(draft);
    return entry === undefined ? null : planner.of(workload, draft, entry);
  });
  const { called, clients } = planner;
  checkCallGraph({ ...around, calls, clients: [...around.clients, ...clients] }, document);
  return { calls, clients, called };
}

const isGroup = ({ parallel }: CallStepInput): boolean => parallel !== undefined;

class CallPlanner {
  readonly clients: PlannedClient[] = [];
  readonly called: Set<ServiceDraft> = new Set();
  private readonly around: CallSurroundings;
  private readonly document: ScenarioDocument;
  private readonly names: Set<string>;

  constructor(around: CallSurroundings, document: ScenarioDocument) {
    this.around = around;
    this.document = document;
    this.names = new Set(document.spec.clients.map(({ name }) => name));
  }

  /** What a workload calls; null: nothing. */
  of(workload: number, draft: Draft, { input, path }: WorkloadEntry): PlannedCalls | null {
    const { document } = this;
    const written = input.calls ?? [];
    if (written.length === 0) {
      if (input.whileCalling === undefined) return null;
      const message = 'without effect: the workload calls nothing';
      document.warn([...path, 'whileCalling'], 'NoEffect', message);
      return null;
    }
    const steps = written.flatMap((step, index): PlannedCallStep[] => {
      const at = step.at === undefined ? CALL_AT : (parseRatio(step.at) ?? CALL_AT);
      const parallel = this.step(step, [...path, 'calls', index], { workload, draft });
      return parallel.length === 0 ? [] : [{ at, parallel }];
    });
    // Array.prototype.sort is stable: of equal points as written.
    steps.sort((a, b) => a.at - b.at);
    return { whileCalling: input.whileCalling ?? WHILE_CALLING, steps };
  }

  private step(
    input: CallStepInput,
    path: Path,
    from: { readonly workload: number; readonly draft: Draft },
  ): PlannedCall[] {
    const { document } = this;
    if (!isGroup(input)) return this.call(input, path, from);
    for (const field of Object.keys(input) as (keyof CallStepInput)[]) {
      if (field === 'at' || field === 'parallel' || input[field] === undefined) continue;
      const message = `${field} belongs to a call, and parallel has several`;
      document.error([...path, field], 'Invalid', message, 'write it at each of them');
    }
    return input.parallel!.flatMap((call, i) => this.call(call, [...path, 'parallel', i], from));
  }

  private call(
    input: CallInput,
    path: Path,
    { workload, draft }: { readonly workload: number; readonly draft: Draft },
  ): PlannedCall[] {
    const { around, document } = this;
    if (input.target === undefined) {
      const hint = 'e.g. target: service/stock, or parallel: [{ target: service/stock }, …]';
      document.error(path, 'Required', 'a call has a target', hint);
      return [];
    }
    const { target: written } = input;
    const { namespace } = draft;
    const own = planAttempts(input, path, document);
    const message =
      'pods that call others open connections with their first calls, and none before';
    refuseWarmUp(own.connection, [...path, 'connection'], message, document);
    const found = around.targets.find(written, namespace, [...path, 'target']);
    if (found === undefined) return [];
    const { service } = found;
    const { target, via, protocol, balancer, mesh, resolver, ...attempts } = planRequests(
      { ...input, namespace, target: written },
      own,
      { found, path, around, origin: workload },
      document,
    );
    const to = service?.planned.name ?? written;
    const pods = around.workloads[workload]?.pods ?? [];
    this.clients.push({
      name: this.nameOf(draft, input.name ?? to),
      origin: workload,
      replicas: pods.map(({ ip, node }) => ({ ip, node })),
      target,
      via,
      protocol,
      arrival: NO_ARRIVALS,
      session: null,
      balancer,
      mesh,
      resolver,
      ...attempts,
    });
    if (service !== null) this.called.add(service);
    return [
      {
        client: around.clients.length + this.clients.length - 1,
        probability: input.probability === undefined ? 1 : (parseRatio(input.probability) ?? 1),
        times: input.times ?? 1,
        fanOut: input.fanOut ?? 1,
        onError: input.onError ?? ON_CALL_ERROR,
        propagateDeadline: input.propagateDeadline ?? true,
      },
    ];
  }

  /** `checkout->stock`; where that is taken, with the namespace, and then with a number. */
  private nameOf({ manifest, namespace }: Draft, to: string): string {
    const { name } = manifest.document;
    const plain = `${name}->${to}`;
    let unique = plain;
    for (let i = 1; this.names.has(unique); i++) {
      unique = i === 1 ? `${name}.${namespace}->${to}` : `${plain}~${i}`;
    }
    this.names.add(unique);
    return unique;
  }
}

/**
 * Actions: from how they are written to what is planned. Where what is left out is one at random, an action is planned
 * for each that it may be.
 */
import { didYouMean } from '../../../base/suggest.ts';
import type { Duration } from '../../../base/time.ts';
import type { Action, PlannedPod, PlannedWorkload } from '../../../contract/plan.ts';
import { ACTION_KINDS, type ActionKind, type ActionsInput } from '../../schema/timeline.ts';
import type { Path } from '../../text/tree.ts';
import { planArrival } from '../traffic/arrival.ts';
import { durationOf } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { findNodes, findSides, findZones } from './places.ts';
import { findControlled, findPod } from './pods.ts';
import { planRevision } from './revision.ts';
import type { ActionContext } from './surroundings.ts';

/** None after a finding. */
type Planner<Kind extends ActionKind> = (
  input: NonNullable<ActionsInput[Kind]>,
  context: ActionContext,
) => readonly Action[];

const PLANNERS: { readonly [Kind in ActionKind]: Planner<Kind> } = {
  setReady: (input, context) => {
    const found = findPod(input, context);
    return found === undefined ? [] : [{ kind: 'setReady', ...found, ready: input.ready }];
  },

  scale: ({ target, replicas }, context) => {
    const workload = findControlled(target, 'scaled', context);
    return workload === undefined ? [] : [{ kind: 'scale', workload, replicas }];
  },

  rollout: ({ target, with: written }, context) => {
    const workload = findControlled(target, 'rolled out', context);
    const revision = planRevision(written, context);
    return workload === undefined ? [] : [{ kind: 'rollout', workload, revision }];
  },

  deletePod: (input, context) => {
    const found = findPod(input, context);
    if (found === undefined) return [];
    const { workload } = found;
    const { pods } = context.around.workloads[workload] as PlannedWorkload;
    // A workload of one pod needs no name of it.
    const pod = found.pod ?? (pods.length === 1 ? (pods[0] as PlannedPod).name : null);
    if (context.isRandom) return [{ kind: 'deletePod', ...found }];
    if (pod !== null) return [{ kind: 'deletePod', workload, pod }];
    const hint = `e.g. pod: ${pods[0]?.name ?? 'name'}`;
    const message = '"pod" is required: which of them?';
    context.document.error(context.path, 'Required', message, hint);
    return [];
  },

  crash: (input, context) => {
    const found = findPod(input, context);
    const lasts = lastsOf(input.restart, 'restart', context);
    return found === undefined ? [] : [{ kind: 'crash', ...found, lasts }];
  },

  slowPod: (input, context) => {
    const found = findPod(input, context);
    const lasts = lastsOf(input.for, 'for', context);
    return found === undefined ? [] : [{ kind: 'slowPod', ...found, factor: input.factor, lasts }];
  },

  nodeDown: (input, context) => {
    const lasts = lastsOf(input.for, 'for', context);
    return (findNodes(input.node, context) ?? []).map((node) => ({
      kind: 'nodeDown',
      node,
      lasts,
    }));
  },

  drain: (input, context) => {
    const lasts = lastsOf(input.for, 'for', context);
    return (findNodes(input.node, context) ?? []).map((node) => ({ kind: 'drain', node, lasts }));
  },

  zoneDown: (input, context) => {
    const lasts = lastsOf(input.for, 'for', context);
    return (findZones(input.zone, context) ?? []).map((zone) => ({
      kind: 'zoneDown',
      zone,
      lasts,
    }));
  },

  partition: (input, context) => {
    const between = findSides(input.between, context);
    const lasts = lastsOf(input.for, 'for', context);
    return between === undefined ? [] : [{ kind: 'partition', between, lasts }];
  },

  apiServerSlow: (input, context) => [
    { kind: 'apiServerSlow', factor: input.factor, lasts: lastsOf(input.for, 'for', context) },
  ],

  kubeProxyRestart: (input, context) => {
    const lasts = input.for === undefined ? (0 as Duration) : durationOf(input.for);
    const hint = 'without "node" the kube-proxies of all nodes restart';
    const nodes = findNodes(input.node, context, context.isRandom ? undefined : hint);
    if (nodes === undefined) return [];
    if (input.node === undefined && !context.isRandom) {
      return [{ kind: 'kubeProxyRestart', node: null, lasts }];
    }
    return nodes.map((node) => ({ kind: 'kubeProxyRestart', node, lasts }));
  },

  setArrival: (input, context) => {
    const { path, around, document } = context;
    const arrival = planArrival(
      input.arrival,
      [...path, 'arrival'],
      { ...around, client: input.client, replaces: true },
      document,
    );
    const lasts = lastsOf(input.for, 'for', context);
    const client = around.clients.findIndex(({ name }) => name === input.client);
    if (around.clients[client]?.arrival.kind === 'script') {
      const message = `client "${input.client}" opens connections by a trace, and sends no requests`;
      document.error([...path, 'client'], 'Invalid', message, 'a client of its own can send them');
    }
    if (client !== -1) return [{ kind: 'setArrival', client, arrival, lasts }];
    if (document.hasBroken('clients')) return [];
    const names = around.clients.map(({ name }) => name);
    const message = `no client "${input.client}"${didYouMean(input.client, names)}`;
    document.error([...path, 'client'], 'NotFound', message, `clients: ${names.join(', ')}`);
    return [];
  },
};

/** What an entry asks for: exactly one action. Undefined after a finding. */
export function actionOf(
  input: ActionsInput,
  path: Path,
  document: ScenarioDocument,
): ActionKind | undefined {
  const given = ACTION_KINDS.filter((kind) => input[kind] !== undefined);
  const [kind] = given;
  if (given.length === 1) return kind;
  if (given.length === 0 && document.isMended(path)) return undefined;
  const message =
    given.length === 0 ? 'names no action' : `${given.join(' and ')} exclude each other`;
  document.error(path, 'Invalid', message, `Actions: ${ACTION_KINDS.join(', ')}`);
  return undefined;
}

/** The action of this kind that an entry asks for, as often as it may be one of several. */
export function planActions(
  kind: ActionKind,
  input: ActionsInput,
  context: ActionContext,
): readonly Action[] {
  const plan = PLANNERS[kind] as Planner<typeof kind>;
  return plan(input[kind] as never, context);
}

/** For how long; null: it is not said. */
function lastsOf(
  written: string | undefined,
  field: 'for' | 'restart',
  { path, document }: ActionContext,
): Duration | null {
  if (written === undefined) return null;
  const lasts = durationOf(written);
  if (lasts === 0) document.error([...path, field], 'Invalid', 'must be above 0s');
  return lasts;
}

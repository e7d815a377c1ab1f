/** Workloads and pods, by the references that actions give them. */
import { didYouMean } from '../../../base/suggest.ts';
import type { PlannedPod, PlannedWorkload } from '../../../contract/plan.ts';
import type { Path } from '../../text/tree.ts';
import { parseReference } from '../references.ts';
import type { ActionContext } from './surroundings.ts';

/** Index of the workload, and the name of its pod; null: none is named. */
export interface FoundPod {
  readonly workload: number;
  readonly pod: string | null;
}

/** What `target` and `pod` of an action name. Undefined after a finding. */
export function findPod(
  { target, pod }: { readonly target: string; readonly pod?: string | undefined },
  context: ActionContext,
): FoundPod | undefined {
  const { path, around } = context;
  const { drafts, workloads, finder } = around;
  const reference = parseReference(target);
  if (reference?.kind === 'pod') {
    const owner = workloads.findIndex(
      ({ namespace, pods }) =>
        (reference.namespace ?? namespace) === namespace &&
        pods.some(({ name }) => name === reference.name),
    );
    if (owner !== -1) return { workload: owner, pod: reference.name };
    const all = workloads.flatMap(({ pods }) => pods);
    noPod(reference.name, all, [...path, 'target'], context);
    return undefined;
  }
  const draft = finder.find(target, [...path, 'target']);
  if (draft === undefined) return undefined;
  const workload = drafts.indexOf(draft);
  const { pods } = workloads[workload] as PlannedWorkload;
  if (pod === undefined || pods.some(({ name }) => name === pod)) {
    return { workload, pod: pod ?? null };
  }
  noPod(pod, pods, [...path, 'pod'], context);
  return undefined;
}

/** A workload with a controller, which can be `done` to it: scaled, rolled out. Undefined after a finding. */
export function findControlled(
  target: string,
  done: string,
  context: ActionContext,
): number | undefined {
  const found = findPod({ target }, context);
  if (found === undefined) return undefined;
  const { workload, pod } = found;
  const controller = context.around.workloads[workload]?.controller.kind ?? 'None';
  if (pod === null && controller !== 'None') return workload;
  const hint = 'a Deployment or a StatefulSet can be';
  const path = [...context.path, 'target'];
  context.document.error(path, 'Invalid', `${target} cannot be ${done}`, hint);
  return undefined;
}

function noPod(
  name: string,
  pods: readonly PlannedPod[],
  path: Path,
  { document }: ActionContext,
): void {
  if (!document.isComplete) return;
  const advice = didYouMean(
    name,
    pods.map((pod) => pod.name),
  );
  const hint = 'pods are named after their workload and an ordinal from 0';
  document.error(path, 'NotFound', `no pod "${name}"${advice}`, hint);
}

/** The script of a run, and the windows that its entries name. */
import { didYouMean } from '../../base/suggest.ts';
import type { Duration, Instant } from '../../base/time.ts';
import { formatDuration } from '../../base/units.ts';
import type {
  PlannedPod,
  PlannedWindow,
  PlannedWorkload,
  TimelineAction,
} from '../../contract/plan.ts';
import type { TimelineInput } from '../schema/scenario.ts';
import type { Path } from '../text/tree.ts';
import { durationOf } from './distributions.ts';
import type { WorkloadFinder } from './find-workload.ts';
import { parseReference } from './references.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import type { Draft } from './workload-drafts.ts';

export interface TimelineSurroundings {
  readonly finder: WorkloadFinder;
  /** Nodes by name. */
  readonly nodeIndex: ReadonlyMap<string, number>;
  readonly drafts: readonly Draft[];
  /** By the same index as `drafts`. */
  readonly workloads: readonly PlannedWorkload[];
  readonly warmUp: Duration;
  readonly duration: Duration;
}

export interface Timeline {
  readonly actions: readonly TimelineAction[];
  readonly windows: readonly PlannedWindow[];
}

const SUPPORTED_ACTIONS = ['setReady', 'scale', 'deletePod', 'kubeProxyRestart'] as const;
const UNSUPPORTED_ACTIONS = ['rollout', 'nodeDown'] as const;
const ACTIONS = [...SUPPORTED_ACTIONS, ...UNSUPPORTED_ACTIONS] as const;

export function planTimeline(around: TimelineSurroundings, document: ScenarioDocument): Timeline {
  const end = (around.warmUp + around.duration) as Instant;
  const windows: PlannedWindow[] = [
    { name: 'all', from: around.warmUp as number as Instant, to: end },
  ];
  const actions: TimelineAction[] = [];
  (document.spec.timeline ?? []).forEach((input, index) => {
    if (document.isBroken('timeline', index)) return;
    const path = ['spec', 'timeline', index];
    const at = (durationOf(input.at) + around.warmUp) as Instant;
    if (at >= end) {
      const hint = `the measurement ends at ${formatDuration(around.duration)}`;
      document.warn([...path, 'at'], 'NoEffect', 'after the end of the run', hint);
    }
    actions.push(...new Entry(input, at, path, around, document).actions());
    if (input.as !== undefined) windows.push(planWindow(input, at, windows, path, end, document));
  });
  actions.sort((a, b) => a.at - b.at);
  return { actions, windows };
}

function planWindow(
  input: TimelineInput,
  at: Instant,
  windows: readonly PlannedWindow[],
  path: Path,
  end: Instant,
  document: ScenarioDocument,
): PlannedWindow {
  const name = input.as as string;
  if (windows.some((window) => window.name === name)) {
    const message =
      name === 'all' ? '"all" is the whole measurement' : `two windows are named "${name}"`;
    document.error([...path, 'as'], 'Duplicate', message);
  }
  const lasts = input.setReady?.for ?? input.kubeProxyRestart?.for ?? input.nodeDown?.for;
  const to = lasts === undefined ? end : Math.min(at + durationOf(lasts), end);
  return { name, from: Math.min(at, end) as Instant, to: to as Instant };
}

/** One entry of the timeline. */
class Entry {
  private readonly input: TimelineInput;
  private readonly at: Instant;
  private readonly path: Path;
  private readonly around: TimelineSurroundings;
  private readonly document: ScenarioDocument;

  constructor(
    input: TimelineInput,
    at: Instant,
    path: Path,
    around: TimelineSurroundings,
    document: ScenarioDocument,
  ) {
    this.input = input;
    this.at = at;
    this.path = path;
    this.around = around;
    this.document = document;
  }

  actions(): readonly TimelineAction[] {
    const input = this.input;
    const given = ACTIONS.filter((action) => input[action] !== undefined);
    const supported = `Supported: ${SUPPORTED_ACTIONS.join(', ')}`;
    if (given.length === 0 && this.document.isMended(this.path)) return [];
    if (given.length !== 1) {
      const message =
        given.length === 0 ? 'names no action' : `${given.join(' and ')} exclude each other`;
      this.document.error(this.path, 'Invalid', message, supported);
      return [];
    }
    for (const action of UNSUPPORTED_ACTIONS) {
      if (input[action] !== undefined)
        this.document.refuse([...this.path, action], action, supported);
    }
    if (input.setReady !== undefined) return this.setReady(input.setReady);
    if (input.scale !== undefined) return this.scale(input.scale);
    if (input.deletePod !== undefined) return this.deletePod(input.deletePod);
    return input.kubeProxyRestart === undefined ? [] : this.restart(input.kubeProxyRestart);
  }

  private setReady(input: NonNullable<TimelineInput['setReady']>): readonly TimelineAction[] {
    const found = this.target(input.target, input.pod, 'setReady');
    if (found === undefined) return [];
    const { workload, pod } = found;
    const { ready } = input;
    const action = { kind: 'setReady', at: this.at, workload, pod, ready } as const;
    if (input.for === undefined) return [action];
    const lasts = durationOf(input.for);
    if (lasts === 0) {
      this.document.error([...this.path, 'setReady', 'for'], 'Invalid', 'must be above 0s');
    }
    return [action, { ...action, at: (this.at + lasts) as Instant, ready: !ready }];
  }

  private scale({
    target,
    replicas,
  }: NonNullable<TimelineInput['scale']>): readonly TimelineAction[] {
    const found = this.target(target, undefined, 'scale');
    if (found === undefined) return [];
    const { workload, pod } = found;
    const controller = this.around.workloads[workload]?.controller.kind ?? 'None';
    if (pod === null && controller !== 'None') {
      return [{ kind: 'scale', at: this.at, workload, replicas }];
    }
    const hint = 'a Deployment or a StatefulSet can be';
    const path = [...this.path, 'scale', 'target'];
    this.document.error(path, 'Invalid', `${target} cannot be scaled`, hint);
    return [];
  }

  private deletePod(input: NonNullable<TimelineInput['deletePod']>): readonly TimelineAction[] {
    const found = this.target(input.target, input.pod, 'deletePod');
    if (found === undefined) return [];
    const { workload } = found;
    const { pods } = this.around.workloads[workload] as PlannedWorkload;
    // A workload of one pod needs no name of it.
    const pod = found.pod ?? (pods.length === 1 ? (pods[0] as PlannedPod).name : null);
    if (pod !== null) return [{ kind: 'deletePod', at: this.at, workload, pod }];
    const hint = `e.g. pod: ${pods[0]?.name ?? 'name'}`;
    const path = [...this.path, 'deletePod'];
    this.document.error(path, 'Required', '"pod" is required: which of them?', hint);
    return [];
  }

  private restart(
    input: NonNullable<TimelineInput['kubeProxyRestart']>,
  ): readonly TimelineAction[] {
    const { nodeIndex } = this.around;
    const node = input.node === undefined ? null : nodeIndex.get(input.node);
    const lasts = durationOf(input.for);
    if (node !== undefined) return [{ kind: 'kubeProxyRestart', at: this.at, node, lasts }];
    if (this.document.hasBroken('nodes')) return [];
    const advice = didYouMean(input.node as string, nodeIndex.keys());
    const hint = 'without "node" the kube-proxies of all nodes restart';
    const path = [...this.path, 'kubeProxyRestart', 'node'];
    this.document.error(path, 'NotFound', `no node "${input.node}"${advice}`, hint);
    return [];
  }

  /** The workload and, where one is named, its pod. Undefined after a finding. */
  private target(
    target: string,
    pod: string | undefined,
    action: string,
  ): { workload: number; pod: string | null } | undefined {
    const { drafts, workloads, finder } = this.around;
    const path = [...this.path, action];
    const reference = parseReference(target);
    if (reference?.kind === 'pod') {
      const owner = workloads.findIndex(
        ({ namespace, pods }) =>
          (reference.namespace ?? namespace) === namespace &&
          pods.some(({ name }) => name === reference.name),
      );
      if (owner !== -1) return { workload: owner, pod: reference.name };
      this.noPod(
        reference.name,
        workloads.flatMap(({ pods }) => pods),
        [...path, 'target'],
      );
      return undefined;
    }
    const draft = finder.find(target, [...path, 'target']);
    if (draft === undefined) return undefined;
    const workload = drafts.indexOf(draft);
    const { pods } = workloads[workload] as PlannedWorkload;
    if (pod === undefined || pods.some(({ name }) => name === pod)) {
      return { workload, pod: pod ?? null };
    }
    this.noPod(pod, pods, [...path, 'pod']);
    return undefined;
  }

  private noPod(name: string, pods: readonly PlannedPod[], path: Path): void {
    if (!this.document.isComplete) return;
    const advice = didYouMean(
      name,
      pods.map((pod) => pod.name),
    );
    const hint = 'pods are named after their workload and an ordinal from 0';
    this.document.error(path, 'NotFound', `no pod "${name}"${advice}`, hint);
  }
}

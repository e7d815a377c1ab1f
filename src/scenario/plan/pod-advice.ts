/**
 * What of pods may surprise whoever wrote the scenario: hooks without a length, limits of CPU that nothing
 * uses, probes of containers that are not simulated. Said of workloads that traffic meets.
 */
import { formatDuration } from '../../base/units.ts';
import type { Action, IntOrPercent, Plan, PlannedWorkload } from '../../contract/plan.ts';
import { PROBE_TYPES } from '../manifests/model.ts';
import type { ContainerManifest, Place } from '../manifests/model.ts';
import type { AutoscalerDraft } from './autoscalers.ts';
import { scalesByCpu } from './autoscalers.ts';
import { servingContainer } from './containers.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import type { Draft, WorkloadDraft } from './workload-drafts.ts';
import type { WorkloadEntry } from './workloads.ts';

export interface Advised {
  readonly drafts: readonly Draft[];
  readonly workloads: readonly PlannedWorkload[];
  readonly settings: ReadonlyMap<Draft, WorkloadEntry>;
  readonly autoscalers: readonly AutoscalerDraft[];
  /** What stands behind the Services that clients call. */
  readonly met: ReadonlySet<Draft>;
  readonly changes: Pick<Plan, 'timeline' | 'faults'>;
}

export function advisePods(around: Advised, document: ScenarioDocument): void {
  const changed = changedWorkloads(around);
  around.drafts.forEach((draft, index) => {
    if (draft.kind === 'slice' || !around.met.has(draft)) return;
    const workload = around.workloads[index] as PlannedWorkload;
    new Advice(draft, workload, around, document).give(changed.has(index));
  });
}

/** Workloads whose containers the script or an autoscaler starts while the run goes on. */
function changedWorkloads({ workloads, autoscalers, drafts, changes }: Advised): Set<number> {
  const changed = new Set<number>(autoscalers.map(({ draft }) => drafts.indexOf(draft)));
  const actions: Action[] = [
    ...changes.timeline,
    ...changes.faults.flatMap((fault) => fault.actions),
  ];
  for (const action of actions) {
    if (action.kind === 'rollout' || action.kind === 'crash') changed.add(action.workload);
    else if (action.kind === 'scale') {
      const pods = workloads[action.workload]?.pods.length ?? 0;
      if (action.replicas > pods) changed.add(action.workload);
    }
  }
  return changed;
}

class Advice {
  private readonly draft: WorkloadDraft;
  private readonly workload: PlannedWorkload;
  private readonly around: Advised;
  private readonly document: ScenarioDocument;
  private readonly entry: WorkloadEntry | undefined;

  constructor(
    draft: WorkloadDraft,
    workload: PlannedWorkload,
    around: Advised,
    document: ScenarioDocument,
  ) {
    this.draft = draft;
    this.workload = workload;
    this.around = around;
    this.document = document;
    this.entry = around.settings.get(draft);
  }

  give(startsPods: boolean): void {
    const { template } = this.draft.manifest;
    const serving = servingContainer(template, this.workload.memberships);
    if (startsPods) {
      this.onReadiness();
      this.onStrategy();
    }
    for (const container of template.containers) {
      if (container !== serving) this.onOther(container, serving);
    }
    if (serving === undefined) return;
    this.onPreStop(serving);
    this.onCpu(serving);
  }

  private onReadiness(): void {
    const { probes } = this.workload;
    if (probes.readiness !== null || probes.readyWithoutProbe === 'Running') return;
    const { manifest, name } = this.draft;
    const path = manifest.document.label;
    const message = 'has no readinessProbe: its pods are taken as ready once they serve';
    const hint = `workloads: [{ target: ${name}, readinessProbe: none }] shows what Kubernetes does without`;
    this.warn({ span: manifest.span, path }, message, hint);
  }

  /** Source: k8s pkg/controller/deployment/util/deployment_util.go, ResolveFenceposts. */
  private onStrategy(): void {
    const { controller, pods } = this.workload;
    if (controller.kind !== 'Deployment' || controller.strategy.type === 'Recreate') return;
    const share = (amount: IntOrPercent, round: (value: number) => number): number =>
      'count' in amount ? amount.count : round((amount.percent * pods.length) / 100);
    const { maxSurge, maxUnavailable } = controller.strategy;
    if (pods.length === 0 || share(maxSurge, Math.ceil) > 0) return;
    if (share(maxUnavailable, Math.floor) > 0) return;
    const { manifest } = this.draft;
    const message = `maxSurge and maxUnavailable come to no pod of ${pods.length}: maxUnavailable is taken as 1`;
    const hint = 'maxSurge: 1 keeps all of them available';
    this.warn({ span: manifest.span, path: manifest.document.label }, message, hint);
  }

  private onOther(container: ContainerManifest, serving: ContainerManifest | undefined): void {
    const parts: string[] = PROBE_TYPES.filter((type) => container.probes[type] !== null).map(
      (type) => `${type}Probe`,
    );
    if (container.preStop !== null) parts.push('preStop');
    if (container.cpuLimit !== null) parts.push('limits.cpu');
    if (parts.length === 0) return;
    const message = `${parts.join(', ')} of container "${container.name}": without effect`;
    this.warn(
      container.place,
      message,
      `of this pod "${serving?.name}" is simulated, which serves`,
    );
  }

  private onPreStop({ preStop }: ContainerManifest): void {
    if (preStop !== null && preStop.lasts === null && this.entry?.input.preStop === undefined) {
      const hint = `workloads: [{ target: ${this.draft.name}, preStop: 5s }]`;
      this.warn(preStop.place, 'how long this hook takes is not known; it counts as 0s', hint);
    }
    const { terminationGracePeriod: grace, preStop: lasts } = this.workload;
    if (lasts === 0 || lasts < grace) return;
    const message = `preStop (${formatDuration(lasts)}) leaves nothing of the grace period (${formatDuration(grace)})`;
    const hint =
      'SIGTERM comes after preStop, and SIGKILL at the end of terminationGracePeriodSeconds';
    const { manifest } = this.draft;
    this.warn(
      preStop?.place ?? { span: manifest.span, path: manifest.document.label },
      message,
      hint,
    );
  }

  private onCpu({ cpuLimit, cpuLimitPlace }: ContainerManifest): void {
    if (this.entry?.input.cpuShare !== undefined) return;
    const { name } = this.draft;
    const hint = `workloads: [{ target: ${name}, cpuShare: 50% }] says how much of a service time is CPU time`;
    const autoscaler = this.around.autoscalers.find(
      (each) => each.draft === this.draft && scalesByCpu(each),
    );
    if (autoscaler !== undefined) {
      const message = `${name} is scaled by CPU and has no cpuShare: all of its service time is taken as CPU time`;
      this.warn(autoscaler.manifest.targetPlace, message, hint);
    } else if (cpuLimit !== null) {
      const message = 'without effect: service times are taken as waiting, without CPU time';
      this.warn(cpuLimitPlace, message, hint);
    }
  }

  private warn(place: Place, message: string, hint: string): void {
    this.document.findings.warn({ code: 'NoEffect', ...place, message, hint });
  }
}

/** HorizontalPodAutoscalers: whom they scale, and by what of the things that the simulator measures. */
import { didYouMean } from '../../base/suggest.ts';
import { parseRatio } from '../../base/units.ts';
import type {
  AutoscalerMetric,
  PlannedAutoscaler,
  PlannedWorkload,
  ScalingRules,
} from '../../contract/plan.ts';
import { AUTOSCALING, SCALE_DOWN, SCALE_UP } from '../defaults.ts';
import type { AutoscalerManifest, MetricManifest, Place } from '../manifests/model.ts';
import type { AutoscalingInput, PodMetric } from '../schema/control-plane.ts';
import { servingContainer } from './containers.ts';
import { durationOf } from './distributions.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import type { Draft, WorkloadDraft } from './workload-drafts.ts';

/** An autoscaler whose workload is there. */
export interface AutoscalerDraft {
  readonly manifest: AutoscalerManifest;
  readonly draft: WorkloadDraft;
}

/** Autoscalers with their workloads; those that have none, or share one, become findings. */
export function draftAutoscalers(
  manifests: readonly AutoscalerManifest[],
  drafts: readonly Draft[],
  { findings, isComplete }: ScenarioDocument,
): readonly AutoscalerDraft[] {
  const taken = new Map<Draft, AutoscalerManifest>();
  return manifests.flatMap((manifest) => {
    const { target, targetPlace, document } = manifest;
    const near = drafts.filter(
      (draft): draft is WorkloadDraft =>
        draft.namespace === document.namespace && isScalable(draft),
    );
    const draft = near.find(({ name }) => name === target);
    if (draft === undefined) {
      const names = near.map(({ name }) => name);
      const message = `no ${target.replace('/', ' "')}" to scale${didYouMean(target, names)}: ignored`;
      if (isComplete) findings.warn({ code: 'Ignored', ...targetPlace, message });
      return [];
    }
    const other = taken.get(draft);
    if (other !== undefined) {
      const message = `${target} is scaled by ${other.document.label}, too: neither would act`;
      findings.error({ code: 'Duplicate', ...targetPlace, message });
    }
    taken.set(draft, manifest);
    return [{ manifest, draft }];
  });
}

const isScalable = (draft: Draft): boolean =>
  draft.kind === 'workload' && draft.manifest.kind !== 'Pod';

export const scalesByCpu = ({ manifest }: AutoscalerDraft): boolean =>
  manifest.metrics.some(({ kind }) => kind === 'cpu');

export function planAutoscalers(
  autoscalers: readonly AutoscalerDraft[],
  around: { readonly drafts: readonly Draft[]; readonly workloads: readonly PlannedWorkload[] },
  document: ScenarioDocument,
): readonly PlannedAutoscaler[] {
  const input = document.spec.controlPlane?.autoscaling ?? {};
  const period = (name: Periods) =>
    input[name] === undefined ? AUTOSCALING[name] : durationOf(input[name]);
  for (const name of ['syncPeriod', 'metricsPeriod'] as const) {
    if (period(name) > 0) continue;
    const path = ['spec', 'controlPlane', 'autoscaling', name];
    document.error(path, 'Invalid', 'must be above 0s');
  }
  const tolerance =
    input.tolerance === undefined ? AUTOSCALING.tolerance : (parseRatio(input.tolerance) ?? 0);
  const stabilizationWindow = period('downscaleStabilization');
  return autoscalers.map(({ manifest, draft }): PlannedAutoscaler => {
    const workload = around.drafts.indexOf(draft);
    const planned = around.workloads[workload] as PlannedWorkload;
    const scaleUp: ScalingRules = { ...SCALE_UP, tolerance, ...manifest.scaleUp };
    return {
      name: manifest.document.name,
      namespace: manifest.document.namespace,
      workload,
      minReplicas: manifest.minReplicas,
      maxReplicas: manifest.maxReplicas,
      metrics: new Metrics(manifest, { draft, planned, input }, document).plan(),
      hasBehavior: manifest.hasBehavior,
      scaleUp,
      scaleDown: { ...SCALE_DOWN, stabilizationWindow, tolerance, ...manifest.scaleDown },
      syncPeriod: period('syncPeriod'),
      metricsPeriod: period('metricsPeriod'),
      cpuInitializationPeriod: period('cpuInitializationPeriod'),
      initialReadinessDelay: period('initialReadinessDelay'),
    };
  });
}

type Periods =
  | 'syncPeriod'
  | 'metricsPeriod'
  | 'cpuInitializationPeriod'
  | 'initialReadinessDelay'
  | 'downscaleStabilization';

/** Names that metrics adapters give to what is measured of a pod here; "-" and "_" are the same. */
const KNOWN_METRICS: ReadonlyMap<string, PodMetric> = new Map([
  ['http_requests_per_second', 'RequestsPerSecond'],
  ['requests_per_second', 'RequestsPerSecond'],
  ['http_requests', 'RequestsPerSecond'],
  ['requests_in_flight', 'RequestsInFlight'],
  ['in_flight_requests', 'RequestsInFlight'],
  ['http_requests_in_flight', 'RequestsInFlight'],
  ['concurrent_requests', 'RequestsInFlight'],
  ['queue_length', 'QueueLength'],
  ['queue_depth', 'QueueLength'],
  ['queued_requests', 'QueueLength'],
]);

interface Scaled {
  readonly draft: WorkloadDraft;
  readonly planned: PlannedWorkload;
  readonly input: AutoscalingInput;
}

/** The metrics of one autoscaler. */
class Metrics {
  private readonly manifest: AutoscalerManifest;
  private readonly scaled: Scaled;
  private readonly document: ScenarioDocument;

  constructor(manifest: AutoscalerManifest, scaled: Scaled, document: ScenarioDocument) {
    this.manifest = manifest;
    this.scaled = scaled;
    this.document = document;
  }

  plan(): readonly AutoscalerMetric[] {
    return this.manifest.metrics.flatMap((metric) =>
      metric.kind === 'cpu' ? this.cpu(metric) : this.ofPods(metric),
    );
  }

  private cpu(metric: Extract<MetricManifest, { kind: 'cpu' }>): AutoscalerMetric[] {
    const { draft, planned } = this.scaled;
    const share = metric.container === null ? 1 : this.shareOf(metric.container, metric.place);
    if (share === undefined) return [];
    if ('average' in metric.target) return [{ kind: 'CpuAverage', target: metric.target.average }];
    const { containers } = draft.manifest.template;
    // Source: k8s pkg/controller/podautoscaler/replica_calculator.go, calculatePodRequests.
    const lacking = containers.find(
      ({ name, cpuRequest }) =>
        cpuRequest === null && (metric.container === null || metric.container === name),
    );
    if (lacking === undefined && planned.cpuRequest !== null) {
      return [{ kind: 'CpuUtilization', target: metric.target.utilization * share }];
    }
    const who = lacking === undefined ? draft.name : `container "${lacking.name}" of ${draft.name}`;
    const message = `scales by a share of the CPU requested, and ${who} requests none`;
    const hint = 'resources: { requests: { cpu: 500m } }';
    this.error('Invalid', metric.place, message, hint);
    return [];
  }

  /** What a container requests as a share of what its pod does; undefined after a finding. */
  private shareOf(name: string, place: Place): number | undefined {
    const { draft, planned } = this.scaled;
    const { template } = draft.manifest;
    const container = template.containers.find((each) => each.name === name);
    if (container === undefined) {
      const names = template.containers.map((each) => each.name);
      const message = `${draft.name} has no container "${name}"${didYouMean(name, names)}`;
      this.error('NotFound', place, message);
      return undefined;
    }
    const serving = servingContainer(template, planned.memberships);
    if (container !== serving) {
      const message = `container "${name}" does not serve, and its CPU is not simulated`;
      this.error('NotSupported', place, message, `"${serving?.name}" serves`);
      return undefined;
    }
    if (container.cpuRequest === null || planned.cpuRequest === null) return 1;
    return container.cpuRequest / planned.cpuRequest;
  }

  private ofPods({
    name,
    target,
    place,
  }: Extract<MetricManifest, { kind: 'pods' }>): AutoscalerMetric[] {
    const given = this.scaled.input.metrics ?? {};
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    const kind = own ?? KNOWN_METRICS.get(name.replaceAll('-', '_').toLowerCase());
    if (kind !== undefined) return [{ kind, target }];
    const names = [...KNOWN_METRICS.keys()];
    const message = `nothing is known of a metric "${name}"${didYouMean(name, names)}`;
    const hint = `controlPlane: { autoscaling: { metrics: { ${name}: RequestsPerSecond } } } says what it is; known: ${names.join(', ')}`;
    this.error('NotSupported', place, message, hint);
    return [];
  }

  private error(
    code: 'Invalid' | 'NotFound' | 'NotSupported',
    place: Place,
    message: string,
    hint?: string,
  ): void {
    this.document.findings.error({ code, ...place, message, hint });
  }
}

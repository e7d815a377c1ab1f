/** What is going to happen: timeline, random faults, autoscalers; and what is asked of the figures. */
import { formatDuration } from '../../../base/units.ts';
import type { Action, AutoscalerMetric, Plan } from '../../../contract/plan.ts';
import { formatRatio } from '../../numbers.ts';
import { arrivalText } from './clients.ts';
import { distributionText } from './distribution.ts';
import { itemLines } from './items.ts';

/** Moments count from the start of the measurement, as in the file. */
export function eventLines(plan: Plan): readonly string[] {
  const entries = plan.timeline.map((action): readonly [string, string] => {
    const name =
      action.window === undefined ? '' : ` (window ${plan.windows[action.window]!.name})`;
    const lasts =
      'lasts' in action && action.lasts !== null ? ` for ${formatDuration(action.lasts)}` : '';
    return [formatDuration(action.at - plan.warmUp), `${actionText(plan, action)}${lasts}${name}`];
  });
  const opened = new Set(plan.timeline.map(({ window }) => window));
  const spans = plan.windows.flatMap(({ name, from, to }, index): [string, string][] =>
    index === 0 || from === null || to === null || opened.has(index)
      ? []
      : [[formatDuration(from - plan.warmUp), `window ${name} for ${formatDuration(to - from)}`]],
  );
  const faults = plan.faults.map(({ window, every, lasts, actions }): readonly [string, string] => [
    'at random',
    `${actions
      .slice(0, 3)
      .map((action) => actionText(plan, action))
      .join(
        ' or ',
      )}${actions.length > 3 ? ` or ${actions.length - 3} more` : ''}, every ${distributionText(every)}${lasts === null ? '' : ` for ${distributionText(lasts)}`} (window ${plan.windows[window]!.name})`,
  ]);
  return itemLines('Timeline', [...entries, ...spans, ...faults]);
}

function actionText(plan: Plan, action: Action): string {
  const pods = (of: { readonly workload: number; readonly pod: string | null }): string =>
    of.pod ?? plan.workloads[of.workload]!.name;
  switch (action.kind) {
    case 'setReady':
      return `${pods(action)} ${action.ready ? 'ready' : 'not ready'}`;
    case 'scale':
      return `scale ${plan.workloads[action.workload]!.name} to ${action.replicas}`;
    case 'rollout':
      return `rollout of ${plan.workloads[action.workload]!.name}`;
    case 'deletePod':
      return `delete ${pods(action)}`;
    case 'crash':
      return `crash of ${pods(action)}`;
    case 'slowPod':
      return `${pods(action)} ${action.factor} times as slow`;
    case 'nodeDown':
      return `${plan.nodes[action.node]!.name} down`;
    case 'zoneDown':
      return `zone ${action.zone} down`;
    case 'drain':
      return `drain of ${plan.nodes[action.node]!.name}`;
    case 'partition':
      return 'partition';
    case 'apiServerSlow':
      return `API server ${action.factor} times as slow`;
    case 'kubeProxyRestart':
      return `kube-proxy restarts on ${action.node === null ? 'all nodes' : plan.nodes[action.node]!.name}`;
    case 'setArrival':
      return `${plan.clients[action.client]!.name} sends ${arrivalText(action.arrival, plan.warmUp)}`;
  }
}

export function autoscalerLines(plan: Plan): readonly string[] {
  return itemLines(
    'Autoscalers',
    plan.autoscalers.map(({ name, workload, minReplicas, maxReplicas, metrics }) => [
      name,
      `${plan.workloads[workload]!.name} from ${minReplicas} to ${maxReplicas} replicas by ${metrics.map(metricText).join(', ')}`,
    ]),
  );
}

function metricText({ kind, target }: AutoscalerMetric): string {
  return kind === 'CpuUtilization' ? `CPU at ${formatRatio(target)}` : `${kind} at ${target} a pod`;
}

export function thresholdPlanLines({ thresholds }: Plan): readonly string[] {
  return itemLines(
    'Thresholds',
    thresholds.map(({ expr, during, client, service, severity }) => [
      severity,
      [
        expr,
        ...(during === 'all' ? [] : [`during ${during}`]),
        ...(client === null ? [] : [`for ${client}`]),
        ...(service === null ? [] : [`of ${service}`]),
      ].join(' '),
    ]),
  );
}

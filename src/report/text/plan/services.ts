/** Services with their endpoints, and the workloads behind them. */
import { formatDuration } from '../../../base/units.ts';
import type {
  Plan,
  PlannedController,
  PlannedProbe,
  PlannedService,
  PlannedShedding,
  PlannedWorkload,
} from '../../../contract/plan.ts';
import { formatRatio, plural } from '../../numbers.ts';
import { distributionText } from './distribution.ts';
import { itemLines } from './items.ts';

/** In the order of the plan; the cluster's own DNS only where clients ask it. */
export function serviceLines(plan: Plan): readonly string[] {
  return itemLines(
    'Services',
    plan.services.flatMap((service, index) =>
      isHidden(plan, index) ? [] : [[service.label, serviceText(plan, service, index)] as const],
    ),
  );
}

/** kube-dns of a scenario in which nobody looks anything up. */
const isHidden = ({ dns, clients }: Plan, service: number): boolean =>
  dns?.service === service && clients.every(({ resolver }) => resolver === null);

function serviceText(plan: Plan, service: PlannedService, index: number): string {
  const backends = plan.workloads.flatMap(({ name, pods, memberships }) =>
    memberships.some((membership) => membership.service === index)
      ? [`${name} (${plural(pods.length, 'pod')})`]
      : [],
  );
  const ports = service.ports.map(
    ({ name, port, protocol, nodePort }) =>
      `${name === '' ? '' : `${name} `}${port}/${protocol}${nodePort === null ? '' : ` (node port ${nodePort})`}`,
  );
  return [
    service.clusterIP === null ? 'headless' : service.clusterIP,
    ports.join(', '),
    backends.length === 0 ? 'no endpoints' : `to ${backends.join(', ')}`,
    ...(service.sessionAffinity === null
      ? []
      : [`sessionAffinity ClientIP for ${formatDuration(service.sessionAffinity)}`]),
    ...(service.internalTrafficPolicy === 'Local' ? ['internalTrafficPolicy Local'] : []),
    ...(service.externalTrafficPolicy === 'Local' ? ['externalTrafficPolicy Local'] : []),
    ...(service.topology === null ? [] : [service.topology]),
    ...(service.publishNotReadyAddresses ? ['publishNotReadyAddresses'] : []),
  ].join('; ');
}

export function workloadLines(plan: Plan): readonly string[] {
  return itemLines(
    'Workloads',
    plan.workloads.flatMap((workload) => {
      const { memberships } = workload;
      const onlyDns =
        memberships.length > 0 && memberships.every(({ service }) => isHidden(plan, service));
      return onlyDns ? [] : [[workload.name, workloadText(plan, workload)] as const];
    }),
  );
}

function workloadText(plan: Plan, workload: PlannedWorkload): string {
  const { pods, concurrency, queueLimit, shedding, backlog, errorRate } = workload;
  const ready = pods.filter((pod) => pod.ready && !pod.terminating).length;
  const nodes = new Set(pods.map(({ node }) => node)).size;
  return [
    `${plural(pods.length, 'pod')}${ready < pods.length ? ` (${ready} ready)` : ''} on ${plural(nodes, 'node')} of ${plan.nodes.length}`,
    `${plural(concurrency, 'worker')} each`,
    `service time ${distributionText(workload.serviceTime)}`,
    ...(queueLimit === null ? [] : [`queueLimit ${queueLimit}`]),
    ...(shedding === null ? [] : [sheddingText(shedding)]),
    ...(backlog === null ? [] : [`backlog ${backlog}`]),
    ...(errorRate === 0 ? [] : [`errorRate ${formatRatio(errorRate)}`]),
    ...cpuTexts(workload),
    ...controllerTexts(workload.controller),
    `starts in ${distributionText(workload.startUp)}`,
    ...probeTexts(workload),
    ...(workload.preStop > 0 ? [`preStop ${formatDuration(workload.preStop)}`] : []),
    `grace period ${formatDuration(workload.terminationGracePeriod)}`,
  ].join('; ');
}

function sheddingText(shedding: PlannedShedding): string {
  if (shedding.kind === 'queueTime') {
    const when = shedding.at === 'Arrival' ? 'the first in line has' : 'they have';
    return `sheds requests when ${when} waited for ${formatDuration(shedding.limit)}`;
  }
  const { interval, law, lifo, target } = shedding;
  return `sheds by CoDel (${law}${lifo ? ', LIFO' : ''}), target ${formatDuration(target)}, interval ${formatDuration(interval)}`;
}

function cpuTexts({ cpuShare, cpuRequest, cpuLimit }: PlannedWorkload): readonly string[] {
  if (cpuShare === 0) return [];
  return [
    `CPU ${formatRatio(cpuShare)} of the service time, request ${cpuRequest ?? 'none'}, limit ${cpuLimit ?? 'none'}`,
  ];
}

const intOrPercent = (value: { readonly count: number } | { readonly percent: number }): string =>
  'count' in value ? String(value.count) : `${value.percent}%`;

function controllerTexts(controller: PlannedController): readonly string[] {
  if (controller.kind === 'StatefulSet') return [controller.podManagementPolicy];
  if (controller.kind !== 'Deployment') return [];
  const { strategy, minReady } = controller;
  const texts =
    strategy.type === 'Recreate'
      ? ['Recreate']
      : [
          `maxSurge ${intOrPercent(strategy.maxSurge)}, maxUnavailable ${intOrPercent(strategy.maxUnavailable)}`,
        ];
  return minReady > 0 ? [...texts, `minReady ${formatDuration(minReady)}`] : texts;
}

function probeTexts({ probes }: PlannedWorkload): readonly string[] {
  const text = (name: string, probe: PlannedProbe | null): readonly string[] =>
    probe === null
      ? []
      : [
          `${name} ${probe.handler} every ${formatDuration(probe.period)} within ${formatDuration(probe.timeout)}, ${plural(probe.failureThreshold, 'failure')}`,
        ];
  return [
    ...text('startup', probes.startup),
    ...text('readiness', probes.readiness),
    ...text('liveness', probes.liveness),
  ];
}

/**
 * How the controllers of Deployments and StatefulSets (apps/v1) replace pods. Defaults and limits: k8s
 * pkg/apis/apps/v1/defaults.go, pkg/apis/apps/validation/validation.go.
 */
import type { IntOrPercent, PlannedController } from '../../contract/plan.ts';
import { DEPLOYMENT, ROLLING_UPDATE, STATEFUL_SET } from '../defaults.ts';
import type { Cursor } from './cursor.ts';

export function readDeploymentController(spec: Cursor): PlannedController {
  const minReady = spec.at('minReadySeconds').seconds(0) ?? DEPLOYMENT.minReady;
  const deadline = spec.at('progressDeadlineSeconds');
  const progressDeadline = deadline.seconds(1) ?? DEPLOYMENT.progressDeadline;
  if (progressDeadline <= minReady && (deadline.exists || spec.at('minReadySeconds').exists)) {
    const at = deadline.exists ? deadline : spec.at('minReadySeconds');
    at.error('Invalid', 'progressDeadlineSeconds must be above minReadySeconds');
  }
  return {
    kind: 'Deployment',
    strategy: readStrategy(spec.at('strategy')),
    minReady,
    progressDeadline,
    paused: spec.at('paused').flag() ?? DEPLOYMENT.paused,
  };
}

type Strategy = Extract<PlannedController, { kind: 'Deployment' }>['strategy'];

function readStrategy(strategy: Cursor): Strategy {
  const type = strategy.at('type').choice(['RollingUpdate', 'Recreate']) ?? 'RollingUpdate';
  const rolling = strategy.at('rollingUpdate');
  if (type === 'Recreate') {
    if (rolling.exists) rolling.error('Invalid', 'not where the type is Recreate');
    return { type };
  }
  const maxSurge = rolling.at('maxSurge').intOrPercent() ?? ROLLING_UPDATE.maxSurge;
  const unavailable = rolling.at('maxUnavailable');
  const maxUnavailable = unavailable.intOrPercent() ?? ROLLING_UPDATE.maxUnavailable;
  if ('percent' in maxUnavailable && maxUnavailable.percent > 100) {
    unavailable.error('Invalid', `${maxUnavailable.percent}% must be at most 100%`);
  }
  if (isNothing(maxSurge) && isNothing(maxUnavailable)) {
    const hint = 'without either nothing could be replaced';
    unavailable.error('Invalid', 'must not be 0 where maxSurge is 0', hint);
  }
  return { type, maxSurge, maxUnavailable };
}

const isNothing = (amount: IntOrPercent): boolean =>
  'count' in amount ? amount.count === 0 : amount.percent === 0;

export function readStatefulSetController(spec: Cursor): PlannedController {
  const policy = spec.at('podManagementPolicy').choice(['OrderedReady', 'Parallel']);
  return {
    kind: 'StatefulSet',
    podManagementPolicy: policy ?? STATEFUL_SET.podManagementPolicy,
    updateStrategy: readUpdateStrategy(spec.at('updateStrategy')),
    minReady: spec.at('minReadySeconds').seconds(0) ?? STATEFUL_SET.minReady,
  };
}

function readUpdateStrategy(
  strategy: Cursor,
): Extract<PlannedController, { kind: 'StatefulSet' }>['updateStrategy'] {
  const type = strategy.at('type').choice(['RollingUpdate', 'OnDelete']) ?? 'RollingUpdate';
  const rolling = strategy.at('rollingUpdate');
  if (type === 'OnDelete') {
    if (rolling.exists) rolling.error('Invalid', 'not where the type is OnDelete');
    return { type };
  }
  const unavailable = rolling.at('maxUnavailable');
  const amount = unavailable.intOrPercent();
  if (amount !== undefined && !('count' in amount && amount.count === 1)) {
    const message = 'without effect: one pod at a time is replaced';
    unavailable.warn('NoEffect', message, 'the feature gate MaxUnavailableStatefulSet is off');
  }
  return { type, partition: rolling.at('partition').integer(0) ?? 0 };
}

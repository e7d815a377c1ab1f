/** spec.controlPlane: delays and limits of the API server's clients, with what is not written filled in. */
import type { Duration } from '../../base/time.ts';
import { parseRatio } from '../../base/units.ts';
import type { Distribution, PlannedControlPlane } from '../../contract/plan.ts';
import { CONTROL_PLANE } from '../defaults.ts';
import type { ControlPlaneInput } from '../schema/control-plane.ts';
import { durationOf, planDistribution } from './distributions.ts';
import type { ScenarioDocument } from './scenario-document.ts';

const PATH = ['spec', 'controlPlane'];

export function planControlPlane(document: ScenarioDocument): PlannedControlPlane {
  const written = document.spec.controlPlane ?? {};
  const hop = (
    name: 'kubelet' | 'endpointSlice' | 'watch' | 'controller' | 'scheduler',
  ): Distribution => {
    const input = written[name];
    return input === undefined
      ? CONTROL_PLANE[name]
      : planDistribution(input, [...PATH, name], document);
  };
  return {
    kubelet: hop('kubelet'),
    endpointSlice: hop('endpointSlice'),
    watch: hop('watch'),
    controller: hop('controller'),
    scheduler: hop('scheduler'),
    endpointSlices: planEndpointSlices(written.endpointSlices ?? {}),
    nodeLifecycle: planNodeLifecycle(written.nodeLifecycle ?? {}, document),
    backOff: planBackOff(written.backOff ?? {}, document),
  };
}

type Part<Name extends keyof ControlPlaneInput> = NonNullable<ControlPlaneInput[Name]>;

const orDefault = (written: string | undefined, otherwise: Duration): Duration =>
  written === undefined ? otherwise : durationOf(written);

function planEndpointSlices(
  written: Part<'endpointSlices'>,
): PlannedControlPlane['endpointSlices'] {
  const defaults = CONTROL_PLANE.endpointSlices;
  const { qps, burst } = written;
  const limit = defaults.writeLimit as NonNullable<typeof defaults.writeLimit>;
  const failure = written.syncFailure?.probability;
  return {
    maxEndpointsPerSlice: written.maxEndpointsPerSlice ?? defaults.maxEndpointsPerSlice,
    workers: written.workers ?? defaults.workers,
    batchPeriod: orDefault(written.batchPeriod, defaults.batchPeriod),
    writeLimit: qps === 'none' ? null : { qps: qps ?? limit.qps, burst: burst ?? limit.burst },
    syncFailure: failure === undefined ? defaults.syncFailure : (parseRatio(failure) ?? 0),
  };
}

function planNodeLifecycle(
  written: Part<'nodeLifecycle'>,
  document: ScenarioDocument,
): PlannedControlPlane['nodeLifecycle'] {
  const defaults = CONTROL_PLANE.nodeLifecycle;
  const path = [...PATH, 'nodeLifecycle'];
  const { toleration } = written;
  const heartbeat = orDefault(written.heartbeat, defaults.heartbeat);
  const monitorPeriod = orDefault(written.monitorPeriod, defaults.monitorPeriod);
  const grace = orDefault(written.monitorGracePeriod, defaults.monitorGracePeriod);
  if (heartbeat === 0) document.error([...path, 'heartbeat'], 'Invalid', 'must be above 0s');
  if (monitorPeriod === 0) {
    document.error([...path, 'monitorPeriod'], 'Invalid', 'must be above 0s');
  }
  if (grace < heartbeat) {
    const at = written.monitorGracePeriod === undefined ? 'heartbeat' : 'monitorGracePeriod';
    const message = 'the grace period is shorter than a heartbeat: no node would stay ready';
    document.error([...path, at], 'Invalid', message);
  }
  return {
    heartbeat,
    monitorPeriod,
    monitorGracePeriod: grace,
    toleration: toleration === 'none' ? null : tolerationOf(toleration),
  };
}

const tolerationOf = (written: string | undefined): Duration | null =>
  written === undefined ? CONTROL_PLANE.nodeLifecycle.toleration : durationOf(written);

function planBackOff(
  written: Part<'backOff'>,
  document: ScenarioDocument,
): PlannedControlPlane['backOff'] {
  const defaults = CONTROL_PLANE.backOff;
  const initial = orDefault(written.initial, defaults.initial);
  const max = orDefault(written.max, defaults.max);
  if (max < initial) {
    const at = written.max === undefined ? 'initial' : 'max';
    document.error([...PATH, 'backOff', at], 'Invalid', 'max must be at least initial');
  }
  return { initial, max, resetAfter: orDefault(written.resetAfter, defaults.resetAfter) };
}

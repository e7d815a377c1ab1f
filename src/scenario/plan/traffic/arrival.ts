/** Arrivals: when requests are due. */
import { parseRate } from '../../../base/units.ts';
import type { Arrival, Distribution } from '../../../contract/plan.ts';
import { THINK } from '../../traffic-defaults.ts';
import type { DistributionInput } from '../../schema/distribution.ts';
import type { ArrivalInput } from '../../schema/traffic/arrival.ts';
import type { Path } from '../../text/tree.ts';
import { isZero, planDistribution } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { planDaily, planPoints } from './rate-points.ts';
import { planTrace } from './trace.ts';
import type { ArrivalSurroundings } from './trace.ts';

/** Stands for arrivals with errors. */
const NOTHING: Arrival = { kind: 'poisson', rate: 1 };

/** Arrivals over all pods of a client; their instants in the file count from the start of the measurement. */
export function planArrival(
  input: ArrivalInput,
  path: Path,
  around: ArrivalSurroundings,
  document: ScenarioDocument,
): Arrival {
  const { warmUp } = around;
  const rateAt = (kind: 'poisson' | 'constant' | 'onOff', written: string): number => {
    const rate = parseRate(written) ?? 0;
    if (rate === 0) document.error([...path, kind, 'rate'], 'Invalid', 'must be above 0/s');
    return rate;
  };
  if (input.steps !== undefined) {
    const points = planPoints(input.steps, [...path, 'steps'], warmUp, document);
    return { kind: 'steps', points };
  }
  if (input.ramp !== undefined) {
    const points = planPoints(input.ramp, [...path, 'ramp'], warmUp, document);
    return { kind: 'ramp', points };
  }
  if (input.daily !== undefined) {
    return planDaily(input.daily, [...path, 'daily'], warmUp, document);
  }
  if (input.trace !== undefined) {
    return planTrace(input.trace, [...path, 'trace'], around, document) ?? NOTHING;
  }
  if (input.renewal !== undefined) {
    const { interarrival } = input.renewal;
    return {
      kind: 'renewal',
      interarrival: lasting(interarrival, [...path, 'renewal', 'interarrival'], document),
    };
  }
  if (input.onOff !== undefined) {
    const { on, off, rate } = input.onOff;
    return {
      kind: 'onOff',
      on: lasting(on, [...path, 'onOff', 'on'], document),
      off: lasting(
        off,
        [...path, 'onOff', 'off'],
        document,
        'without pauses it is poisson: {rate}',
      ),
      rate: rateAt('onOff', rate),
    };
  }
  if (input.closed !== undefined) {
    const { users, think } = input.closed;
    const thinkPath = [...path, 'closed', 'think'];
    return {
      kind: 'closed',
      users,
      think: think === undefined ? THINK : planDistribution(think, thinkPath, document),
    };
  }
  if (input.constant !== undefined) {
    return { kind: 'constant', rate: rateAt('constant', input.constant.rate) };
  }
  if (input.poisson !== undefined) {
    return { kind: 'poisson', rate: rateAt('poisson', input.poisson.rate) };
  }
  return NOTHING;
}

/** A distribution of times that are not all 0. */
function lasting(
  input: DistributionInput,
  path: Path,
  document: ScenarioDocument,
  hint?: string,
): Distribution {
  const errors = document.findings.errors;
  const planned = planDistribution(input, path, document);
  if (isZero(planned) && document.findings.errors === errors) {
    document.error(path, 'Invalid', 'must be above 0s', hint);
  }
  return planned;
}

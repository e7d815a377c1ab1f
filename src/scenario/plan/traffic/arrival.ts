/** Arrivals: when requests are due. */
import type { Duration, Instant } from '../../../base/time.ts';
import { parseRate } from '../../../base/units.ts';
import type { Arrival } from '../../../contract/plan.ts';
import type { ArrivalInput, RatePoint } from '../../schema/traffic/arrival.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

/** Arrival processes of the format that this version does not build. */
const UNSUPPORTED_ARRIVALS = ['renewal', 'onOff', 'trace', 'closed'] as const;

/** Arrivals over all pods of a client; their instants in the file count from the start of the measurement. */
export function planArrival(
  input: ArrivalInput,
  path: Path,
  warmUp: Duration,
  document: ScenarioDocument,
): Arrival {
  for (const kind of UNSUPPORTED_ARRIVALS) {
    if (input[kind] === undefined) continue;
    const hint = 'Supported: poisson, constant, steps, ramp';
    document.refuse([...path, kind], `arrival ${kind}`, hint);
  }
  const steady = (kind: 'poisson' | 'constant', written: string): Arrival => {
    const rate = parseRate(written) ?? 0;
    if (rate === 0) document.error([...path, kind, 'rate'], 'Invalid', 'must be above 0/s');
    return { kind, rate };
  };
  if (input.steps !== undefined) return planPoints('steps', input.steps, path, warmUp, document);
  if (input.ramp !== undefined) return planPoints('ramp', input.ramp, path, warmUp, document);
  if (input.constant !== undefined) return steady('constant', input.constant.rate);
  if (input.poisson !== undefined) return steady('poisson', input.poisson.rate);
  return { kind: 'poisson', rate: 1 };
}

function planPoints(
  kind: 'steps' | 'ramp',
  points: readonly RatePoint[],
  path: Path,
  warmUp: Duration,
  document: ScenarioDocument,
): Arrival {
  const planned = points.map(({ at, rate }) => ({
    at: (durationOf(at) + warmUp) as Instant,
    rate: parseRate(rate) ?? 0,
  }));
  planned.forEach((point, index) => {
    const before = planned[index - 1];
    if (before === undefined || point.at > before.at) return;
    const message = `must be later than the entry before it (${points[index - 1]?.at})`;
    document.error([...path, kind, index, 'at'], 'Invalid', message);
  });
  if (planned.every(({ rate }) => rate === 0)) {
    document.error([...path, kind], 'Invalid', 'no rate is above 0/s');
  }
  return { kind, points: planned };
}

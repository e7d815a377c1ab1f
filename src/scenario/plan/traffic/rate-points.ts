/** Arrivals whose rate is given at points in time. */
import type { Duration, Instant } from '../../../base/time.ts';
import { parseRate } from '../../../base/units.ts';
import type { Arrival } from '../../../contract/plan.ts';
import { ARRIVAL_PERIOD } from '../../traffic-defaults.ts';
import type { ArrivalInput, RatePoint } from '../../schema/traffic/arrival.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

interface PlannedPoint {
  readonly at: Instant;
  readonly rate: number;
}

/** Points in order, of which one at least is above 0; `from`: what their moments count from. */
export function planPoints(
  points: readonly RatePoint[],
  path: Path,
  from: Duration,
  document: ScenarioDocument,
): readonly PlannedPoint[] {
  const planned = points.map(({ at, rate }) => ({
    at: (durationOf(at) + from) as Instant,
    rate: parseRate(rate) ?? 0,
  }));
  planned.forEach((point, index) => {
    const before = planned[index - 1];
    if (before === undefined || point.at > before.at) return;
    const message = `must be later than the entry before it (${points[index - 1]?.at})`;
    document.error([...path, index, 'at'], 'Invalid', message);
  });
  if (planned.every(({ rate }) => rate === 0)) {
    document.error(path, 'Invalid', 'no rate is above 0/s');
  }
  return planned;
}

/** A curve that repeats: the measurement begins at the moment `start` of its period. */
export function planDaily(
  input: NonNullable<ArrivalInput['daily']>,
  path: Path,
  warmUp: Duration,
  document: ScenarioDocument,
): Arrival {
  const period = input.period === undefined ? ARRIVAL_PERIOD : durationOf(input.period);
  const start = durationOf(input.start ?? '0s');
  if (period === 0) document.error([...path, 'period'], 'Invalid', 'must be above 0s');
  const points = planPoints(input.points, [...path, 'points'], 0 as Duration, document);
  const length = input.period ?? '24h';
  const message = `must be within the period of ${length}`;
  points.forEach(({ at }, index) => {
    if (period === 0 || at < period) return;
    const hint = 'the first point follows the last one by itself';
    document.error([...path, 'points', index, 'at'], 'Invalid', message, hint);
  });
  if (period > 0 && start >= period) document.error([...path, 'start'], 'Invalid', message);
  if (points.length === 1) {
    const hint = `poisson: {rate: ${input.points[0]!.rate}}`;
    document.error([...path, 'points'], 'Invalid', 'one point makes no curve', hint);
  }
  return {
    kind: 'daily',
    period,
    origin: warmUp - start,
    points: points.map(({ at, rate }) => ({ at: at as number as Duration, rate })),
  };
}

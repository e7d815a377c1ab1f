/** How many requests a second arrivals of a plan are on average: at a moment, at least and at most. */
import type { OpenArrival } from '../contract/plan.ts';
import { momentsOf } from './distributions/moments.ts';

const NS_PER_SECOND = 1e9;

interface RatePoint {
  readonly at: number;
  readonly rate: number;
}

/** Mean requests per second at `at` (ns from the start of the run); of bursts, over time on and off. */
export function arrivalRateAt(arrival: OpenArrival, at: number): number {
  switch (arrival.kind) {
    case 'poisson':
    case 'constant':
      return arrival.rate;
    case 'steps':
    case 'ramp':
    case 'trace':
      return rateAmong(arrival.points, arrival.kind === 'ramp', at);
    case 'daily': {
      const { period, points, origin } = arrival;
      const time = (((at - origin) % period) + period) % period;
      return rateAmong(aroundPeriod(points, period), true, time);
    }
    case 'script':
      return 0;
    case 'renewal':
      return NS_PER_SECOND / momentsOf(arrival.interarrival).mean;
    case 'onOff':
      return arrival.rate * shareOn(arrival);
  }
}

/** The least and the most that `arrivalRateAt` comes to, as far as it is known beforehand. */
export function arrivalRateRange(arrival: OpenArrival): readonly [low: number, high: number] {
  if ('points' in arrival) {
    const rates = arrival.points.map(({ rate }) => rate);
    return rates.length === 0 ? [0, 0] : [Math.min(...rates), Math.max(...rates)];
  }
  const rate = arrivalRateAt(arrival, 0);
  return [rate, rate];
}

/** Over all its points or, where it repeats, over a period. */
export function meanArrivalRate(arrival: OpenArrival): number {
  if (arrival.kind === 'daily') return meanOfPeriod(arrival);
  if (!('points' in arrival)) return arrivalRateAt(arrival, 0);
  const { points } = arrival;
  return points.reduce((sum, { rate }) => sum + rate, 0) / Math.max(1, points.length);
}

/** Share of time for which bursts are on. */
export function shareOn({ on, off }: Extract<OpenArrival, { kind: 'onOff' }>): number {
  const [lasts, pauses] = [momentsOf(on).mean, momentsOf(off).mean];
  return lasts === Infinity ? 1 : lasts / (lasts + pauses);
}

/** Constant before the first point and after the last. */
function rateAmong(points: readonly RatePoint[], linear: boolean, at: number): number {
  const next = points.findIndex((point) => point.at > at);
  const before = points[next === -1 ? points.length - 1 : next - 1] ?? points[0]!;
  const after = points[next];
  if (!linear || after === undefined || before.at >= after.at) return before.rate;
  const passed = Math.max(0, (at - before.at) / (after.at - before.at));
  return before.rate + passed * (after.rate - before.rate);
}

/** With the last point of the period before and the first of the next. */
function aroundPeriod(points: readonly RatePoint[], period: number): readonly RatePoint[] {
  const [first, last] = [points[0]!, points.at(-1)!];
  return [
    { at: last.at - period, rate: last.rate },
    ...points,
    { at: first.at + period, rate: first.rate },
  ];
}

function meanOfPeriod({ points, period }: Extract<OpenArrival, { kind: 'daily' }>): number {
  let sum = 0;
  points.forEach((point, i) => {
    const next = points[i + 1] ?? { at: points[0]!.at + period, rate: points[0]!.rate };
    sum += ((point.rate + next.rate) / 2) * (next.at - point.at);
  });
  return sum / period;
}

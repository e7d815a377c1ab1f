/** Arrivals and service times of quiet runs: all kinds that the express lane takes, at a given pace. */
import fc from 'fast-check';
import type { Duration, Instant } from '../../../src/base/time.ts';
import type { Arrival, Distribution } from '../../../src/contract/plan.ts';
import { bursts, constant, exponential, ns, paced, poisson } from '../plans.ts';
import type { Pace } from './pace.ts';

const whole = (value: number): Duration => ns(Math.max(1, Math.round(value)));
const renewal = (interarrival: Distribution): Arrival => ({ kind: 'renewal', interarrival });

/** By their mean, ns. */
const SERVICE_TIMES: readonly ((mean: number) => Distribution)[] = [
  (mean) => exponential(whole(mean)),
  // Where several wait, these end in the same instant at several pods.
  (mean) => constant(whole(mean)),
  (mean) => constant(whole(mean)),
  (mean) => ({ kind: 'pareto', min: whole(mean / 3), alpha: 1.5, max: whole(50 * mean) }),
  (mean) => ({ kind: 'lognormal', mu: Math.log(mean) - 2, sigma: 2 }),
];

const SERVICE_TIMES_ON_GRID: readonly ((grid: number) => Distribution)[] = [
  (grid) => constant(ns(2 * grid)),
  (grid) => ({ kind: 'empirical', values: [0, grid, 2 * grid, 3 * grid, 4 * grid] }),
];

export const serviceTime: fc.Arbitrary<(pace: Pace) => Distribution> = fc
  .record({
    free: fc.constantFrom(...SERVICE_TIMES),
    tied: fc.constantFrom(...SERVICE_TIMES_ON_GRID),
  })
  .map(
    ({ free, tied }) =>
      ({ service, grid }) =>
        grid === null ? free(service) : tied(grid),
  );

/** By requests per second, and by an eighth of the run (ns). */
const ARRIVALS: readonly ((rate: number, eighth: number) => Arrival)[] = [
  (rate) => poisson(rate),
  (rate) => paced(rate),
  (rate) => renewal({ kind: 'gamma', mean: whole(1e9 / rate), cv: 2 }),
  (rate) => renewal({ kind: 'pareto', min: whole(1e9 / rate / 3), alpha: 1.5 }),
  (rate, eighth) => ({ kind: 'steps', points: points(eighth, [2 * rate, 0, rate]) }),
  (rate, eighth) => ({ kind: 'ramp', points: points(eighth, [0, 2 * rate, rate]) }),
  (rate, eighth) => ({
    kind: 'daily',
    period: ns(5 * eighth),
    origin: -eighth,
    points: points(eighth, [rate, 0, 3 * rate]),
  }),
  (rate, eighth) => ({
    kind: 'onOff',
    on: exponential(ns(eighth)),
    off: constant(ns(eighth)),
    rate: 2 * rate,
  }),
  // Those of an eighth all at once.
  (rate, eighth) =>
    bursts(
      [1, 2, 3, 5, 7].map((at) => (at * eighth) / 1e9),
      (rate * eighth) / 1e9,
    ),
];

/** By a gap, ns. */
const ARRIVALS_ON_GRID: readonly ((gap: number) => Arrival)[] = [
  (gap) => paced(1e9 / gap),
  (gap) => renewal({ kind: 'empirical', values: [0, 0, gap, 2 * gap, 2 * gap] }),
];

/** Of a client that sends this part of all requests. */
export const arrival: fc.Arbitrary<(pace: Pace, part: number) => Arrival> = fc
  .record({ free: fc.constantFrom(...ARRIVALS), tied: fc.constantFrom(...ARRIVALS_ON_GRID) })
  .map(({ free, tied }) => ({ rate, length, grid }, part) => {
    if (grid === null) return free(rate * part, length / 8);
    return tied(grid * Math.max(1, Math.round(1e9 / (rate * part) / grid)));
  });

function points(
  eighth: number,
  rates: readonly number[],
): { at: Instant & Duration; rate: number }[] {
  return rates.map((rate, i) => ({ at: (2 * i * eighth) as Instant & Duration, rate }));
}

/**
 * Arrival processes against their theory. Each statistical comparison raises a false alarm for one seed in 1000 and its
 * seed is fixed; the critical values are those of its law.
 */
import { describe, expect, it } from 'vitest';
import type { OpenArrival } from '../../../src/contract/plan.ts';
import { RandomStream } from '../../../src/engine/random.ts';
import { arrivalRateAt, meanArrivalRate } from '../../../src/stats/arrival-rates.ts';
import { quantileOf, tailOf } from '../../../src/stats/distributions/tail.ts';
import { momentsOf, squaredCv } from '../../../src/stats/distributions/moments.ts';
import { meanInterval } from '../../../src/stats/interval.ts';
import { chiSquareTail } from '../../../src/stats/special-functions/incomplete-gamma.ts';
import type { ArrivalStreams } from '../../../src/world/traffic/arrivals/arrival-times.ts';
import { arrivalTimes } from '../../../src/world/traffic/arrivals/registry.ts';
import { madeTrace, madeTraces } from '../made-traces.ts';
import { at, constant, exponential, ms, ns, sec } from '../plans.ts';

const streams = (seed: number): ArrivalStreams => ({
  arrivals: RandomStream.open(seed, 'arrival'),
  phases: RandomStream.open(seed, 'arrival-phases'),
  openTrace: madeTraces,
});

/** All that are due after `from` and before `until`, in s. */
function timesOf(
  arrival: OpenArrival,
  until: number,
  seed: number = 1,
  from: number = 0,
): number[] {
  const times = arrivalTimes(arrival, streams(seed), from * 1e9);
  const found: number[] = [];
  for (let next = times.next(); next < until * 1e9; next = times.next()) found.push(next / 1e9);
  return found;
}

const between = (times: readonly number[], from: number, to: number): number =>
  times.filter((time) => time >= from && time < to).length;

const DAILY: OpenArrival = {
  kind: 'daily',
  period: sec(20),
  origin: -3e9,
  points: [
    { at: sec(2), rate: 100 },
    { at: sec(8), rate: 900 },
    { at: sec(14), rate: 0 },
  ],
};
const ON_OFF = {
  kind: 'onOff',
  on: exponential(ms(200)),
  off: exponential(ms(600)),
  rate: 400,
} as const;

/** All that have requests. */
const EXAMPLES: {
  readonly [K in Exclude<OpenArrival['kind'], 'script'>]: Extract<OpenArrival, { kind: K }>;
} = {
  poisson: { kind: 'poisson', rate: 300 },
  constant: { kind: 'constant', rate: 300 },
  steps: {
    kind: 'steps',
    points: [
      { at: at(1), rate: 0 },
      { at: at(2), rate: 500 },
    ],
  },
  ramp: {
    kind: 'ramp',
    points: [
      { at: at(1), rate: 0 },
      { at: at(4), rate: 500 },
    ],
  },
  daily: DAILY,
  renewal: { kind: 'renewal', interarrival: { kind: 'uniform', min: ms(1), max: ms(9) } },
  onOff: ON_OFF,
  trace: {
    kind: 'trace',
    trace: madeTrace('at_ms\n-3\n0\n1.5\n1.5\n40\n'),
    client: -1,
    rows: 5,
    from: at(0),
    speed: 0.5,
    repeat: ms(50),
    points: [{ at: at(0), rate: 50 }],
  },
};

describe.each(Object.entries(EXAMPLES))('%s', (_, arrival) => {
  it('comes in order, in whole nanoseconds, after the moment from which it holds', () => {
    for (const from of [0, 2.5]) {
      const times = arrivalTimes(arrival, streams(2), from * 1e9);
      let before = from * 1e9;
      for (let i = 0; i < 2000; i++) {
        const next = times.next();
        expect(next).toBeGreaterThanOrEqual(before);
        expect(Number.isInteger(next)).toBe(true);
        before = next;
      }
    }
  });

  it('is the same again from the same streams', () => {
    expect(timesOf(arrival, 5, 7)).toEqual(timesOf(arrival, 5, 7));
  });

  it('has its mean rate', () => {
    const rates = Array.from({ length: 40 }, (_, seed) => {
      const times = timesOf(arrival, 60, seed);
      return times.length / 60;
    });
    let expected = 0;
    for (let i = 0; i < 6000; i++) expected += arrivalRateAt(arrival, (i + 0.5) * 1e7) / 6000;
    const { low, high } = meanInterval(rates, 0.999);
    // Half a request in a minute: the last one that is not due yet.
    expect(low).toBeLessThanOrEqual(expected + 0.01);
    expect(high).toBeGreaterThanOrEqual(expected - 0.02);
  });
});

describe('processes that end', () => {
  it('are never due again', () => {
    const points = [
      { at: at(0), rate: 100 },
      { at: at(1), rate: 0 },
    ];
    for (const kind of ['steps', 'ramp'] as const) {
      const times = arrivalTimes({ kind, points }, streams(1), 0);
      for (let i = 0; i < 1000; i++) times.next();
      expect(times.next()).toBe(Infinity);
      expect(times.next()).toBe(Infinity);
    }
    const nothing: OpenArrival = {
      ...DAILY,
      points: DAILY.points.map(({ at }) => ({ at, rate: 0 })),
    };
    expect(arrivalTimes(nothing, streams(1), 0).next()).toBe(Infinity);
  });
});

describe('Poisson arrivals whose rate changes', () => {
  const changing: readonly (readonly [string, OpenArrival])[] = [
    ['daily', DAILY],
    [
      'ramp',
      {
        kind: 'ramp',
        points: [
          { at: at(5), rate: 100 },
          { at: at(25), rate: 800 },
          { at: at(60), rate: 0 },
        ],
      },
    ],
    [
      'steps',
      {
        kind: 'steps',
        points: [
          { at: at(0), rate: 50 },
          { at: at(31), rate: 600 },
        ],
      },
    ],
  ];

  it.each(changing)(
    '%s: counts of intervals are Poisson around the integral of the rate',
    (_, arrival) => {
      const times = timesOf(arrival, 60, 11);
      let chi2 = 0;
      let cells = 0;
      for (let from = 0; from < 60; from += 0.5) {
        let expected = 0;
        for (let i = 0; i < 500; i++)
          expected += arrivalRateAt(arrival, (from + (i + 0.5) / 1000) * 1e9) / 1000;
        const count = between(times, from, from + 0.5);
        if (expected < 5) continue;
        chi2 += (count - expected) ** 2 / expected;
        cells++;
      }
      expect(cells).toBeGreaterThan(60);
      // Neither more dispersed than Poisson nor less.
      const tail = chiSquareTail(chi2, cells);
      expect(tail).toBeGreaterThan(0.0005);
      expect(tail).toBeLessThan(0.9995);
    },
  );
});

describe('daily arrivals', () => {
  it('repeat with their period, whatever the moment from which they hold', () => {
    const late = timesOf(DAILY, 260, 3, 240);
    // The measurement began 3 s after the start of a period: the rate is 900 at 5, 25 … s and 0 at 11, 31 … s.
    expect(arrivalRateAt(DAILY, 5e9)).toBe(900);
    expect(arrivalRateAt(DAILY, 11e9)).toBe(0);
    expect(arrivalRateAt(DAILY, 65e9)).toBe(900);
    expect(Math.abs(late.length - meanArrivalRate(DAILY) * 20)).toBeLessThan(
      3.3 * Math.sqrt(meanArrivalRate(DAILY) * 20),
    );
    expect(between(late, 250.9, 251.1)).toBeLessThan(6);
    expect(between(late, 244.5, 245.5)).toBeGreaterThan(700);
  });

  it('come once in many periods where they are that rare', () => {
    const rare: OpenArrival = {
      kind: 'daily',
      period: sec(1),
      origin: 0,
      points: [
        { at: ns(0), rate: 0 },
        { at: ms(500), rate: 2e-6 },
      ],
    };
    const times = arrivalTimes(rare, streams(4), 0);
    let last = 0;
    for (let i = 0; i < 1000; i++) last = times.next();
    // A mean of 1e6 s each.
    expect(Math.abs(last / 1e15 - 1000)).toBeLessThan(3.3 * Math.sqrt(1000));
  });
});

describe('renewals', () => {
  it.each([
    ['lognormal', { kind: 'lognormal', mu: Math.log(2e6), sigma: 0.8 }],
    ['gamma', { kind: 'gamma', mean: ms(3), cv: 2 }],
    ['weibull', { kind: 'weibull', mean: ms(3), shape: 0.7 }],
  ] as const)(
    'have independent gaps of their distribution: %s, by Kolmogorov and Smirnov',
    (_, gap) => {
      const n = 4000;
      const times = arrivalTimes({ kind: 'renewal', interarrival: gap }, streams(5), 0);
      const gaps: number[] = [];
      for (let i = 0, before = 0; i < n; i++) {
        const next = times.next();
        gaps.push(next - before);
        before = next;
      }
      const tail = tailOf(gap);
      const distance = Math.max(
        ...[...gaps]
          .sort((a, b) => a - b)
          .flatMap((x, i) => {
            const cdf = 1 - tail(x);
            return [cdf - i / n, (i + 1) / n - cdf];
          }),
      );
      // Critical value of the limit law at 0.001.
      expect(distance).toBeLessThan(1.9495 / Math.sqrt(n));
      const median = quantileOf(gap, 0.5);
      const signs = gaps.map((x) => (x > median ? 1 : -1));
      const lag1 = signs.slice(1).reduce((sum, sign, i) => sum + sign * signs[i]!, 0) / (n - 1);
      expect(Math.abs(lag1)).toBeLessThan(3.2905 / Math.sqrt(n));
    },
  );
});

describe('bursts with exponential times on and off: the interrupted Poisson process', () => {
  const { rate } = ON_OFF;
  const [toOff, toOn] = [1 / 0.2, 1 / 0.6];
  const spread = (2 * rate * toOff) / (toOff + toOn) ** 2;

  it('has the index of dispersion for counts of theory, in short windows and long', () => {
    for (const window of [0.05, 0.5, 5]) {
      const decay = (toOff + toOn) * window;
      const expected = 1 + spread * (1 - (1 - Math.exp(-decay)) / decay);
      const found = Array.from({ length: 12 }, (_, seed) => {
        const times = timesOf(ON_OFF, 400 * window, 100 + seed);
        const counts = new Array<number>(400).fill(0);
        for (const time of times) counts[Math.floor(time / window)]!++;
        const mean = rate * (toOn / (toOff + toOn)) * window;
        return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 400 / mean;
      });
      const { low, high, halfWidth } = meanInterval(found, 0.999);
      expect(low).toBeLessThan(expected);
      expect(high).toBeGreaterThan(expected);
      expect(halfWidth / expected).toBeLessThan(0.4);
    }
  });

  it('is a renewal process with the coefficient of variation that its dispersion asks for', () => {
    const times = arrivalTimes(ON_OFF, streams(6), 0);
    const found = Array.from({ length: 12 }, () => {
      const gaps: number[] = [];
      let before = times.next();
      for (let i = 0; i < 10_000; i++) {
        const next = times.next();
        gaps.push(next - before);
        before = next;
      }
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      return gaps.reduce((sum, gap) => sum + (gap / mean - 1) ** 2, 0) / gaps.length;
    });
    const { low, high, halfWidth } = meanInterval(found, 0.999);
    expect(low).toBeLessThan(1 + spread);
    expect(high).toBeGreaterThan(1 + spread);
    expect(halfWidth / spread).toBeLessThan(0.1);
  });

  it('is in its steady state from the start', () => {
    const found = Array.from({ length: 4000 }, (_, seed) => timesOf(ON_OFF, 0.02, seed).length);
    const { low, high } = meanInterval(found, 0.999);
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
  });
});

describe('bursts', () => {
  it('are Poisson where there are no pauses, by mean and dispersion', () => {
    const always: OpenArrival = { ...ON_OFF, on: constant(ms(7)), off: constant(ns(0)) };
    const times = timesOf(always, 100, 8);
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(Math.abs(times.length - 40_000)).toBeLessThan(3.3 * 200);
    const cv2 = gaps.reduce((sum, gap) => sum + (gap / mean - 1) ** 2, 0) / gaps.length;
    // The variance of a squared exponential's mean: 8 / n.
    expect(Math.abs(cv2 - squaredCv(momentsOf(exponential(ms(1)))))).toBeLessThan(
      3.3 * Math.sqrt(8 / gaps.length),
    );
  });

  it('keep all requests within the times on', () => {
    const strict: OpenArrival = { ...ON_OFF, on: constant(ms(100)), off: constant(ms(900)) };
    const times = timesOf(strict, 50, 9);
    const phases = new Set(times.map((time) => Math.floor((time - times[0]! + 1e-9) / 1)));
    const first = times[0]!;
    expect(phases.size).toBe(50);
    for (const time of times) expect((time - first + 0.1) % 1).toBeLessThan(0.2);
  });
});

import { describe, expect, it } from 'vitest';
import { TIME_MAX } from '../../src/base/time.ts';
import type { Distribution } from '../../src/contract/plan.ts';
import { DISTRIBUTION_KINDS } from '../../src/engine/distributions/registry.ts';
import { createSampler, createUnitExponential } from '../../src/engine/distributions/sampler.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { fillExponential, standardExponential, standardNormal } from '../../src/engine/ziggurat.ts';
import {
  chiSquareTail,
  upperIncompleteGamma,
} from '../../src/stats/special-functions/incomplete-gamma.ts';

// Every statistical test below fails by chance, for a fresh seed, once in 10,000 times.
const FALSE_ALARM = 1e-4;
/** Two-sided normal quantile of FALSE_ALARM. */
const Z_LIMIT = 3.8906;
const SECOND = 1e9;

const normalAtMost = (x: number): number => {
  const beyond = upperIncompleteGamma(1 / 2, (x * x) / 2) / 2;
  return x < 0 ? beyond : 1 - beyond;
};
const gammaAtMost = (shape: number, x: number): number => 1 - upperIncompleteGamma(shape, x);

/** The p-value of Kolmogorov and Smirnov's test, by its asymptotic series. */
function kolmogorovP(sample: Float64Array, atMost: (x: number) => number): number {
  const sorted = sample.slice().sort();
  const n = sorted.length;
  let distance = 0;
  sorted.forEach((x, i) => {
    const expected = atMost(x);
    distance = Math.max(distance, expected - i / n, (i + 1) / n - expected);
  });
  const scaled = distance * Math.sqrt(n);
  let p = 0;
  for (let k = 1; k < 100; k++) p += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * scaled) ** 2);
  return scaled < 0.3 ? 1 : p;
}

function sampleOf(distribution: Distribution, count: number, name = distribution.kind) {
  const sampler = createSampler(distribution, RandomStream.open(42, `test/${name}`));
  return { sampler, sample: Float64Array.from({ length: count }, () => sampler.next()) };
}

const ns = (value: number) => value as never;

interface Case {
  readonly name: string;
  readonly distribution: Distribution;
  /** P(X ≤ x), x in seconds. */
  readonly atMost: (x: number) => number;
  /** In seconds; variance null where it is infinite. */
  readonly mean: number;
  readonly variance: number | null;
}

// Scaled to seconds, so that rounding to nanoseconds is far below what a test can see.
const CONTINUOUS: readonly Case[] = [
  {
    name: 'uniform',
    distribution: { kind: 'uniform', min: ns(SECOND), max: ns(3 * SECOND) },
    atMost: (x) => (x - 1) / 2,
    mean: 2,
    variance: 1 / 3,
  },
  {
    name: 'exponential',
    distribution: { kind: 'exponential', mean: ns(SECOND) },
    atMost: (x) => -Math.expm1(-x),
    mean: 1,
    variance: 1,
  },
  {
    name: 'erlang',
    distribution: { kind: 'erlang', mean: ns(SECOND), k: 3 },
    atMost: (x) => gammaAtMost(3, 3 * x),
    mean: 1,
    variance: 1 / 3,
  },
  {
    name: 'gamma of shape 4',
    distribution: { kind: 'gamma', mean: ns(2 * SECOND), cv: 0.5 },
    atMost: (x) => gammaAtMost(4, 2 * x),
    mean: 2,
    variance: 1,
  },
  {
    name: 'gamma of shape 1/4',
    distribution: { kind: 'gamma', mean: ns(SECOND), cv: 2 },
    atMost: (x) => gammaAtMost(0.25, 0.25 * x),
    mean: 1,
    variance: 4,
  },
  {
    name: 'lognormal',
    distribution: { kind: 'lognormal', mu: Math.log(SECOND), sigma: 0.5 },
    atMost: (x) => normalAtMost(Math.log(x) / 0.5),
    mean: Math.exp(0.125),
    variance: Math.expm1(0.25) * Math.exp(0.25),
  },
  {
    name: 'weibull of shape 2',
    distribution: { kind: 'weibull', mean: ns(SECOND), shape: 2 },
    // Γ(1.5) = √π / 2 fixes the scale.
    atMost: (x) => -Math.expm1(-(((x * Math.sqrt(Math.PI)) / 2) ** 2)),
    mean: 1,
    variance: 4 / Math.PI - 1,
  },
  {
    name: 'weibull of shape 1/2',
    distribution: { kind: 'weibull', mean: ns(SECOND), shape: 0.5 },
    atMost: (x) => -Math.expm1(-Math.sqrt(2 * x)),
    mean: 1,
    variance: 5,
  },
  {
    name: 'pareto',
    distribution: { kind: 'pareto', min: ns(SECOND), alpha: 5 },
    atMost: (x) => 1 - x ** -5,
    mean: 1.25,
    variance: 5 / 48,
  },
  {
    name: 'pareto, bounded',
    distribution: { kind: 'pareto', min: ns(SECOND), alpha: 1, max: ns(10 * SECOND) },
    atMost: (x) => (1 - 1 / x) / 0.9,
    mean: Math.log(10) / 0.9,
    variance: 9 / 0.9 - (Math.log(10) / 0.9) ** 2,
  },
  {
    name: 'hyperexponential',
    distribution: {
      kind: 'hyperexponential',
      of: [
        { weight: 3, mean: ns(SECOND) },
        { weight: 1, mean: ns(5 * SECOND) },
      ],
    },
    atMost: (x) => 1 - 0.75 * Math.exp(-x) - 0.25 * Math.exp(-x / 5),
    mean: 2,
    variance: 2 * (0.75 + 0.25 * 25) - 4,
  },
  {
    name: 'mixture',
    distribution: {
      kind: 'mixture',
      of: [
        { weight: 1, of: { kind: 'uniform', min: ns(0), max: ns(SECOND) } },
        { weight: 4, of: { kind: 'erlang', mean: ns(2 * SECOND), k: 2 } },
      ],
    },
    atMost: (x) => 0.2 * Math.min(x, 1) + 0.8 * gammaAtMost(2, x),
    mean: 1.7,
    variance: 0.2 / 3 + 0.8 * 6 - 1.7 ** 2,
  },
  {
    name: 'histogram',
    distribution: {
      kind: 'histogram',
      upper: [SECOND, 2 * SECOND, 4 * SECOND],
      counts: [0, 30, 10],
    },
    atMost: (x) => (x < 2 ? 0.75 * (x - 1) : 0.75 + 0.125 * (x - 2)),
    mean: 0.75 * 1.5 + 0.25 * 3,
    variance: 0.75 * (7 / 3) + 0.25 * (28 / 3) - 1.875 ** 2,
  },
];

describe.each(CONTINUOUS)('$name', ({ name, distribution, atMost, mean, variance }) => {
  const COUNT = 100_000;
  const { sampler, sample } = sampleOf(distribution, COUNT, name as never);

  it('has the distribution function of its definition', () => {
    expect(kolmogorovP(sample, (x) => atMost(x / SECOND))).toBeGreaterThan(FALSE_ALARM);
  });

  it('knows its mean, and comes to it', () => {
    expect(sampler.mean / SECOND).toBeCloseTo(mean, 9);
    const found = sample.reduce((sum, x) => sum + x, 0) / COUNT / SECOND;
    expect(Math.abs(found - mean)).toBeLessThan(Z_LIMIT * Math.sqrt(variance! / COUNT));
  });

  it('gives whole nanoseconds, not negative', () => {
    expect(sample.filter((x) => !Number.isInteger(x) || x < 0)).toHaveLength(0);
    expect(sampler.constant).toBeNull();
  });
});

describe('a sampler', () => {
  it('exists for every kind of distribution', () => {
    const tested = new Set(CONTINUOUS.map(({ distribution }) => distribution.kind));
    expect(new Set([...tested, 'constant', 'empirical'])).toEqual(new Set(DISTRIBUTION_KINDS));
  });

  it('of a constant repeats it and draws nothing', () => {
    const { sampler, sample } = sampleOf({ kind: 'constant', value: ns(250_000) }, 1000);
    expect(sampler.constant).toBe(250_000);
    expect(sampler.mean).toBe(250_000);
    expect(new Set(sample)).toEqual(new Set([250_000]));
    const stream = RandomStream.open(1, 'untouched');
    createSampler({ kind: 'constant', value: ns(5) }, stream).next();
    expect(stream.next()).toBe(RandomStream.open(1, 'untouched').next());
  });

  it.each<Distribution>([
    { kind: 'uniform', min: ns(7), max: ns(7) },
    { kind: 'gamma', mean: ns(7), cv: 0 },
    { kind: 'lognormal', mu: Math.log(7), sigma: 0 },
    { kind: 'pareto', min: ns(7), alpha: 2, max: ns(7) },
    { kind: 'empirical', values: [7] },
    { kind: 'mixture', of: [{ weight: 1, of: { kind: 'constant', value: ns(7) } }] },
  ])('knows that %j has only one value', (distribution) => {
    const { sampler, sample } = sampleOf(distribution, 20);
    expect(sampler.constant).toBe(7);
    expect(new Set(sample)).toEqual(new Set([7]));
  });

  it('resamples observed values, each as often', () => {
    const values = [3, 5, 5, 8, 13];
    const { sampler, sample } = sampleOf({ kind: 'empirical', values }, 100_000);
    const expected = new Map([
      [3, 20_000],
      [5, 40_000],
      [8, 20_000],
      [13, 20_000],
    ]);
    let statistic = 0;
    for (const [value, count] of expected) {
      statistic += (sample.filter((x) => x === value).length - count) ** 2 / count;
    }
    expect(new Set(sample)).toEqual(new Set(expected.keys()));
    expect(chiSquareTail(statistic, 3)).toBeGreaterThan(FALSE_ALARM);
    expect(sampler.mean).toBeCloseTo(6.8, 12);
  });

  it('rounds, rather than cuts, to nanoseconds', () => {
    const { sample } = sampleOf({ kind: 'uniform', min: ns(0), max: ns(2) }, 40_000);
    const counts = [0, 1, 2].map((value) => sample.filter((x) => x === value).length);
    const expected = [10_000, 20_000, 10_000];
    const statistic = counts.reduce((sum, n, i) => sum + (n - expected[i]!) ** 2 / expected[i]!, 0);
    expect(chiSquareTail(statistic, 2)).toBeGreaterThan(FALSE_ALARM);
  });

  it('cuts a tail beyond the largest time off there', () => {
    const { sampler, sample } = sampleOf({ kind: 'pareto', min: ns(SECOND), alpha: 0.1 }, 1000);
    expect(sampler.mean).toBe(Infinity);
    expect(sample.every((x) => Number.isSafeInteger(x) && x >= SECOND)).toBe(true);
    expect(sample.includes(TIME_MAX)).toBe(true);
  });

  it('gives the same samples for the same stream, however they are asked for', () => {
    const distribution: Distribution = { kind: 'gamma', mean: ns(SECOND), cv: 0.7 };
    const one = sampleOf(distribution, 1000).sample;
    expect(sampleOf(distribution, 1000).sample).toEqual(one);
    expect(sampleOf(distribution, 10).sample).toEqual(one.slice(0, 10));
  });
});

describe('the ziggurats', () => {
  const COUNT = 2_000_000;
  const exponentials = createUnitExponential(RandomStream.open(42, 'ziggurat/exponential'));
  const exponential = Float64Array.from({ length: COUNT }, () => exponentials.next());
  const normals = RandomStream.open(42, 'ziggurat/normal');
  const normal = Float64Array.from({ length: COUNT }, () => standardNormal(normals));

  /** p-value of how often the 1,024 equally likely cells of a distribution are hit. */
  function evenness(sample: Float64Array, atMost: (x: number) => number): number {
    const cells = 1024;
    const counts = new Float64Array(cells);
    for (const x of sample) counts[Math.min(Math.floor(atMost(x) * cells), cells - 1)]! += 1;
    const expected = sample.length / cells;
    const statistic = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    return chiSquareTail(statistic, cells - 1);
  }

  it('are the same many at once as one by one, those from the edges included', () => {
    const many = RandomStream.open(42, 'ziggurat/many');
    const single = RandomStream.open(42, 'ziggurat/many');
    for (const count of [1, 255, 256, 257, 10_000]) {
      const drawn = new Float64Array(count);
      fillExponential(drawn, count, 3, many);
      expect(drawn).toEqual(drawn.map(() => standardExponential(single) * 3));
    }
    expect(many.next()).toBe(single.next());
  });

  it('fill a thousand cells of the exponential evenly', () => {
    expect(evenness(exponential, (x) => -Math.expm1(-x))).toBeGreaterThan(FALSE_ALARM);
  });

  it('fill a thousand cells of the normal evenly', () => {
    expect(evenness(normal, normalAtMost)).toBeGreaterThan(FALSE_ALARM);
  });

  /** What lies beyond `start`, of so many more draws that a fault of a few per cent in the tail shows. */
  function excessesOver(start: number, draw: () => number): Float64Array {
    const excesses: number[] = [];
    for (let i = 0; i < 20 * COUNT; i++) {
      const x = draw();
      if (x > start) excesses.push(x - start);
    }
    return Float64Array.from(excesses);
  }

  function expectTail(
    excesses: Float64Array,
    tail: {
      chance: number;
      mean: number;
      deviation: number;
      atMost: (x: number) => number;
    },
  ): void {
    const n = excesses.length;
    const expected = 20 * COUNT * tail.chance;
    expect(Math.abs(n - expected)).toBeLessThan(Z_LIMIT * Math.sqrt(expected));
    const mean = excesses.reduce((sum, x) => sum + x, 0) / n;
    expect(Math.abs(mean - tail.mean)).toBeLessThan((Z_LIMIT * tail.deviation) / Math.sqrt(n));
    expect(kolmogorovP(excesses, tail.atMost)).toBeGreaterThan(FALSE_ALARM);
  }

  it('have the tail of the exponential: as many beyond 7.697, and memoryless there', () => {
    const start = 7.69711747013105;
    expectTail(
      excessesOver(start, () => exponentials.next()),
      { chance: Math.exp(-start), mean: 1, deviation: 1, atMost: (x) => -Math.expm1(-x) },
    );
  });

  it('have the tails of the normal: as many beyond 3.654 on either side, spread as they should', () => {
    const start = 3.6541528853610088;
    const beyond = 1 - normalAtMost(start);
    // Moments of the normal beyond `start`: its hazard h there, and 1 + h start - h².
    const hazard = Math.exp((-start * start) / 2) / Math.sqrt(2 * Math.PI) / beyond;
    expectTail(
      excessesOver(start, () => Math.abs(standardNormal(normals))),
      {
        chance: 2 * beyond,
        mean: hazard - start,
        deviation: Math.sqrt(1 + hazard * start - hazard * hazard),
        atMost: (x) => 1 - (1 - normalAtMost(start + x)) / beyond,
      },
    );
    const above = normal.filter((x) => x > start).length;
    const below = normal.filter((x) => x < -start).length;
    expect(Math.abs(above - below)).toBeLessThan(Z_LIMIT * Math.sqrt(above + below));
  });

  it('have the first four moments', () => {
    const moment = (sample: Float64Array, power: number): number =>
      sample.reduce((sum, x) => sum + x ** power, 0) / COUNT;
    // The mean of X^p has the variance (E[X^2p] - E[X^p]²) / n: factorials, and double factorials.
    const exponentialMoments = [1, 1, 2, 6, 24, 120, 720, 5040, 40320];
    const normalMoments = [1, 0, 1, 0, 3, 0, 15, 0, 105];
    for (const [sample, moments] of [
      [exponential, exponentialMoments],
      [normal, normalMoments],
    ] as const) {
      for (let power = 1; power <= 4; power++) {
        const expected = moments[power]!;
        const deviation = Math.sqrt((moments[2 * power]! - expected ** 2) / COUNT);
        expect(Math.abs(moment(sample, power) - expected)).toBeLessThan(Z_LIMIT * deviation);
      }
    }
  });
});

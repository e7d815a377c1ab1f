/** Moments and tails of every distribution: against R 4.5, against the sampler, and against each other. */
import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/base/time.ts';
import type { Distribution } from '../../src/contract/distribution.ts';
import { createVariate, DISTRIBUTION_KINDS } from '../../src/engine/distributions/registry.ts';
import { createSampler } from '../../src/engine/distributions/sampler.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { momentsOf } from '../../src/stats/distributions/moments.ts';
import { quantileOf, tailOf } from '../../src/stats/distributions/tail.ts';

const ns = (value: number): Duration => value as Duration;

const EXAMPLES: readonly Distribution[] = [
  { kind: 'constant', value: ns(5e6) },
  { kind: 'uniform', min: ns(1e6), max: ns(4e6) },
  { kind: 'exponential', mean: ns(10e6) },
  { kind: 'erlang', mean: ns(10e6), k: 3 },
  { kind: 'gamma', mean: ns(10e6), cv: 1.6 },
  { kind: 'lognormal', mu: Math.log(8e6), sigma: 0.8 },
  { kind: 'weibull', mean: ns(10e6), shape: 0.7 },
  { kind: 'pareto', min: ns(2e6), alpha: 4.5 },
  { kind: 'pareto', min: ns(2e6), alpha: 1.5, max: ns(60e6) },
  {
    kind: 'hyperexponential',
    of: [
      { weight: 9, mean: ns(5e6) },
      { weight: 1, mean: ns(55e6) },
    ],
  },
  {
    kind: 'mixture',
    of: [
      { weight: 3, of: { kind: 'constant', value: ns(1e6) } },
      { weight: 1, of: { kind: 'uniform', min: ns(0), max: ns(8e6) } },
    ],
  },
  { kind: 'empirical', values: [1e6, 2e6, 2e6, 9e6] },
  { kind: 'histogram', upper: [1e6, 5e6, 20e6], counts: [5, 3, 2] },
];

it('covers every kind there is', () => {
  expect(new Set(EXAMPLES.map(({ kind }) => kind))).toEqual(new Set(DISTRIBUTION_KINDS));
});

const COUNT = 200_000;
const named = EXAMPLES.map((distribution) => [distribution.kind, distribution] as const);

describe.each(named)('%s', (_kind, distribution) => {
  const { mean, variance } = momentsOf(distribution);
  const sampler = createSampler(distribution, RandomStream.open(1, 'shape'));
  const sample = Float64Array.from({ length: COUNT }, () => sampler.next()).sort();

  it('has the mean of the sampler', () => {
    expect(mean / createVariate(distribution).mean).toBeCloseTo(1, 9);
  });

  it('has the variance and the quantiles of samples', () => {
    const found = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
    // Ten times the standard error where tails are light; false alarms below 1e-4 for each.
    expect(Math.abs(found - variance)).toBeLessThan(0.15 * variance + 1);
    for (const q of [0.1, 0.5, 0.9, 0.99]) {
      // The share of samples up to the quantile, within 4.5 standard errors: false alarms below 1e-5.
      const at = quantileOf(distribution, q);
      const upTo = sample.filter((value) => value <= at + 0.5).length / COUNT;
      const below = sample.filter((value) => value < at - 0.5).length / COUNT;
      const error = 4.5 * Math.sqrt((q * (1 - q)) / COUNT);
      expect(upTo).toBeGreaterThan(q - error);
      expect(below).toBeLessThan(q + error);
    }
  });

  it('has a tail whose area is the mean, and which is 1 below 0', () => {
    const tail = tailOf(distribution);
    expect(tail(-1)).toBe(1);
    const steps = 200_000;
    const step = (40 * mean) / steps;
    let area = 0;
    for (let i = 0; i < steps; i++) area += tail((i + 0.5) * step) * step;
    // Of pareto 4.5 little lies beyond 40 means.
    expect(Math.abs(area / mean - 1)).toBeLessThan(1e-3);
  });
});

describe('figures of R', () => {
  it('1 - plnorm(c(5, 20, 100), log(10), 0.8); qlnorm(0.99, log(10), 0.8)', () => {
    const lognormal: Distribution = { kind: 'lognormal', mu: Math.log(10), sigma: 0.8 };
    const tail = tailOf(lognormal);
    expect([5, 20, 100].map(tail)).toEqual([
      expect.closeTo(0.806873890618, 11),
      expect.closeTo(0.193126109382, 11),
      expect.closeTo(0.00199955859466, 12),
    ]);
    expect(quantileOf(lognormal, 0.99)).toBeCloseTo(64.3066721774, 7);
  });

  it('1 - pgamma(c(2, 15, 40), shape = 2.5, scale = 4); qgamma(0.99, ...)', () => {
    const gamma: Distribution = { kind: 'gamma', mean: ns(10), cv: 1 / Math.sqrt(2.5) };
    expect([2, 15, 40].map(tailOf(gamma))).toEqual([
      expect.closeTo(0.962565773247, 10),
      expect.closeTo(0.186029833603, 10),
      expect.closeTo(0.00124973056303, 11),
    ]);
    expect(quantileOf(gamma, 0.99)).toBeCloseTo(30.1725449388, 7);
  });

  it('1 - pweibull(c(1, 10, 40), shape = 0.7, scale = 10 / gamma(1 + 1/0.7)), and its variance', () => {
    const weibull: Distribution = { kind: 'weibull', mean: ns(10), shape: 0.7 };
    expect([1, 10, 40].map(tailOf(weibull))).toEqual([
      expect.closeTo(0.790316892696, 9),
      expect.closeTo(0.307463089464, 9),
      expect.closeTo(0.0444915553445, 9),
    ]);
    expect(momentsOf(weibull).variance).toBeCloseTo(213.868563185, 5);
  });
});

it('knows where there is no variance', () => {
  expect(momentsOf({ kind: 'pareto', min: ns(1e6), alpha: 1.8 })).toEqual({
    mean: expect.closeTo(2.25e6, 3),
    variance: Infinity,
  });
  expect(momentsOf({ kind: 'pareto', min: ns(1e6), alpha: 1 }).mean).toBe(Infinity);
});

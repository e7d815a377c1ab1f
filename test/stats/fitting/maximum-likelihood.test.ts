/**
 * The most likely members of families: against R 4.5, where the likelihood was maximised by `optim(start, nll, control =
 * list(reltol = 1e-15))` with dlnorm, dgamma and dweibull, and against samples whose parameters are known.
 */
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../../src/contract/distribution.ts';
import { createVariate } from '../../../src/engine/distributions/registry.ts';
import { RandomStream } from '../../../src/engine/random.ts';
import { bootstrapPValue } from '../../../src/stats/fitting/bootstrap.ts';
import type { Buckets } from '../../../src/stats/fitting/buckets.ts';
import { coarsened, countOf, quantileOfBuckets } from '../../../src/stats/fitting/buckets.ts';
import { FAMILIES } from '../../../src/stats/fitting/families.ts';
import type { Family, FamilyName } from '../../../src/stats/fitting/family.ts';
import {
  distanceFromValues,
  goodnessOf,
  judgedQuantiles,
} from '../../../src/stats/fitting/goodness.ts';
import { fitBuckets } from '../../../src/stats/fitting/interval-likelihood.ts';
import { minimum } from '../../../src/stats/fitting/nelder-mead.ts';
import { digamma, trigamma } from '../../../src/stats/special-functions/digamma.ts';

const family = (name: FamilyName): Family => FAMILIES.find((each) => each.name === name)!;

const pointsOf = (values: Float64Array): Parameters<Family['fit']>[0] => ({
  values,
  weights: new Float64Array(values.length).fill(1),
});

/** In ms; ns to the fits. */
const MS = [
  12.1, 3.4, 7.7, 45.2, 9.9, 2.1, 15.6, 8.3, 6.6, 21.4, 4.8, 11.2, 30.7, 5.5, 13.9, 1.7, 18.8, 9.1,
  7.2, 10.4,
];
const SAMPLE = Float64Array.from(MS, (ms) => ms * 1e6);

describe('values that are known exactly', () => {
  it('lognormal: mean and standard deviation (by n) of the logarithms', () => {
    const fit = family('lognormal').fit(pointsOf(SAMPLE));
    const logs = MS.map((ms) => Math.log(ms));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length;
    expect(fit).toMatchObject({ kind: 'lognormal' });
    if (fit.kind !== 'lognormal') return;
    expect(fit.mu).toBeCloseTo(mean + Math.log(1e6), 9);
    expect(fit.sigma).toBeCloseTo(Math.sqrt(variance), 9);
  });

  it('gamma as in R: shape 1.81342, rate 0.147672 per ms', () => {
    const fit = family('gamma').fit(pointsOf(SAMPLE));
    if (fit.kind !== 'gamma') throw new Error(fit.kind);
    expect(fit.cv ** -2).toBeCloseTo(1.813417, 5);
    expect(fit.mean / 1e6).toBeCloseTo(1.813417364 / 0.147672436, 5);
  });

  it('Weibull as in R: shape 1.33137, scale 13.45769 ms', () => {
    const fit = family('weibull').fit(pointsOf(SAMPLE));
    if (fit.kind !== 'weibull') throw new Error(fit.kind);
    expect(fit.shape).toBeCloseTo(1.33137033, 6);
    // Γ(1 + 1/1.331370333) = 0.9193145 by R's gamma().
    expect(fit.mean / 1e6 / 13.457692662).toBeCloseTo(0.9193145, 6);
  });

  it('a weight counts as so many equal values', () => {
    const twice = Float64Array.from([...SAMPLE, ...SAMPLE]);
    for (const each of FAMILIES) {
      const weights = new Float64Array(SAMPLE.length).fill(2);
      const byWeight = each.coordinates(each.fit({ values: SAMPLE, weights }));
      const byValue = each.coordinates(each.fit(pointsOf(twice)));
      expect(byWeight[0]).toBeCloseTo(byValue[0], 9);
      expect(byWeight[1]).toBeCloseTo(byValue[1], 9);
    }
  });
});

const TRUTHS: readonly Distribution[] = [
  { kind: 'lognormal', mu: Math.log(8e6), sigma: 0.8 },
  { kind: 'lognormal', mu: Math.log(300e3), sigma: 0.15 },
  { kind: 'lognormal', mu: Math.log(2e9), sigma: 2 },
  { kind: 'gamma', mean: 10e6 as never, cv: 0.5 },
  { kind: 'gamma', mean: 4e9 as never, cv: 2 },
  { kind: 'gamma', mean: 1e9 as never, cv: 0.05 },
  { kind: 'weibull', mean: 5e6 as never, shape: 0.6 },
  { kind: 'weibull', mean: 5e6 as never, shape: 1.7 },
  { kind: 'weibull', mean: 700e6 as never, shape: 12 },
];

const sampleOf = (truth: Distribution, count: number): Float64Array => {
  const out = new Float64Array(count);
  createVariate(truth).fill(out, count, RandomStream.open(7, `${truth.kind}`));
  return out.map((value) => Math.max(1, value)).sort();
};

/** Values in buckets of `step`, ns. */
function inSteps(values: Float64Array, step: number): Buckets {
  const counts = new Map<number, number>();
  for (const value of values) {
    const bucket = Math.round(value / step);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const steps = [...counts.keys()].toSorted((a, b) => a - b);
  return {
    lower: steps.map((at) => Math.max(0, (at - 0.5) * step)),
    upper: steps.map((at) => (at + 0.5) * step),
    counts: steps.map((at) => counts.get(at)!),
  };
}

const COUNT = 20_000;

describe.each(TRUTHS.map((truth) => [JSON.stringify(truth), truth] as const))(
  'parameters are recovered: %s',
  (_name, truth) => {
    const values = sampleOf(truth, COUNT);
    const own = family(truth.kind as FamilyName);
    const wanted = own.coordinates(truth);
    // Five standard errors: those of location are spread/√n, those of the logarithm of the spread about 1/√n.
    const spread = truth.kind === 'lognormal' ? truth.sigma : truth.kind === 'gamma' ? truth.cv : 1;
    const tolerance = [5 * Math.max(spread, 1.2 / Math.sqrt(COUNT)), 5 * 1.2].map(
      (each) => each / Math.sqrt(COUNT),
    );

    it('from values', () => {
      const found = own.coordinates(own.fit(pointsOf(values)));
      expect(Math.abs(found[0] - wanted[0])).toBeLessThan(tolerance[0]!);
      expect(Math.abs(found[1] - wanted[1])).toBeLessThan(tolerance[1]!);
    });

    it('from buckets as wide as a third of the median, where middles would not do', () => {
      const step = values[COUNT / 2]! / 3;
      const found = own.coordinates(fitBuckets(own, inSteps(values, step)));
      expect(Math.abs(found[0] - wanted[0])).toBeLessThan(2 * tolerance[0]!);
      expect(Math.abs(found[1] - wanted[1])).toBeLessThan(2 * tolerance[1]!);
    });

    it('and its own family is good, its percentiles within the limit', () => {
      const fit = own.fit(pointsOf(values));
      const buckets = inSteps(values, values[COUNT / 2]! / 2000);
      const { distance, isGood, worst } = goodnessOf(fit, { buckets, values });
      expect(distance).toBeLessThan(0.015);
      expect([isGood, worst!.error < 0.1]).toEqual([true, true]);
    });
  },
);

describe('values of which only bounds are known', () => {
  const buckets: Buckets = {
    lower: [0, 5, 10, 20, 40].map((ms) => ms * 1e6),
    upper: [5, 10, 20, 40, 80].map((ms) => ms * 1e6),
    counts: [110, 240, 360, 220, 70],
  };

  it.each<[FamilyName, readonly [number, number]]>([
    ['lognormal', [2.568688107 + Math.log(1e6), -0.290434963]],
    // Shape 1.934587, rate 0.114534 per ms.
    ['gamma', [Math.log(1.934587247e6 / 0.114534372), -Math.log(1.934587247) / 2]],
    // Shape 1.423301, scale 18.587608 ms, times Γ(1 + 1/shape) = 0.90913247 by R's gamma().
    ['weibull', [Math.log(18.587608313e6 * 0.90913247), 0.352978796]],
  ])('%s as R finds it from the probabilities of buckets', (name, wanted) => {
    const found = family(name).coordinates(fitBuckets(family(name), buckets));
    expect(found[0]).toBeCloseTo(wanted[0], 5);
    expect(found[1]).toBeCloseTo(wanted[1], 5);
  });

  it('are as many, and in the same places, when buckets are joined', () => {
    const joined = coarsened(buckets, 2);
    expect(joined).toEqual({ lower: [0, 20e6], upper: [20e6, 80e6], counts: [710, 290] });
    expect(countOf(joined)).toBe(countOf(buckets));
    expect(quantileOfBuckets(buckets, 0.35)).toBeCloseTo(10e6, 3);
    expect(quantileOfBuckets(buckets, 0.53)).toBeCloseTo(15e6, 3);
    expect(quantileOfBuckets(buckets, 1)).toBe(80e6);
  });
});

describe('the goodness of a fit', () => {
  it('distance is that of ks.test in R: 0.0938489', () => {
    const fit = family('lognormal').fit(pointsOf(SAMPLE));
    expect(distanceFromValues(fit, SAMPLE.toSorted())).toBeCloseTo(0.0938489403, 8);
  });

  it('judges the percentiles that have 100 observations beyond them', () => {
    expect(judgedQuantiles(199)).toEqual([]);
    expect(judgedQuantiles(1000)).toEqual([0.5, 0.9]);
    expect(judgedQuantiles(10_000)).toEqual([0.5, 0.9, 0.99]);
    expect(judgedQuantiles(100_000)).toEqual([0.5, 0.9, 0.99, 0.999]);
  });

  it.each(FAMILIES.map((each) => [each.name, each] as const))(
    'refuses %s for a mixture of fast and slow requests',
    (_name, each) => {
      const fast = sampleOf({ kind: 'lognormal', mu: Math.log(2e6), sigma: 0.2 }, 9000);
      const slow = sampleOf({ kind: 'lognormal', mu: Math.log(90e6), sigma: 0.2 }, 1000);
      const values = Float64Array.from([...fast, ...slow]).sort();
      const { isGood } = goodnessOf(each.fit(pointsOf(values)), {
        buckets: inSteps(values, 20_000),
        values,
      });
      expect(isGood).toBe(false);
    },
  );

  it('p-values of a true family are uniform: 5 % of them below 0.05, where tabulated values would have none', () => {
    const truth: Distribution = { kind: 'weibull', mean: 5e6 as never, shape: 1.4 };
    const stream = RandomStream.open(3, 'uniform');
    const pValues = Array.from({ length: 60 }, () => {
      const values = new Float64Array(200);
      createVariate(truth).fill(values, 200, stream);
      values.sort();
      const own = family('weibull');
      const fit = own.fit(pointsOf(values));
      const distance = distanceFromValues(fit, values);
      const variate = createVariate(fit);
      return bootstrapPValue(own, { distance, count: 200 }, (out) =>
        variate.fill(out, out.length, stream),
      );
    });
    const below = (p: number): number => pValues.filter((each) => each <= p).length;
    // Binomial of 60: outside of these bounds with a chance below 1e-4.
    expect(below(0.5)).toBeGreaterThan(14);
    expect(below(0.5)).toBeLessThan(46);
    expect(below(0.05)).toBeLessThan(12);
  });
});

describe('the search', () => {
  it("finds the least of Rosenbrock's valley", () => {
    const found = minimum(([x, y]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, [-1.2, 1], {
      precision: 1e-9,
    });
    expect(found[0]).toBeCloseTo(1, 6);
    expect(found[1]).toBeCloseTo(1, 6);
  });

  it('goes around what is not a number', () => {
    const found = minimum(([x, y]) => (x < 0 ? NaN : (x - 1) ** 2 + y * y), [0.1, 3]);
    expect(found[0]).toBeCloseTo(1, 5);
  });
});

describe('derivatives of ln Γ, as in R', () => {
  it.each([
    [0.1, -10.42375494041108, 101.433299150792749],
    [1, -0.57721566490153, 1.644934066848226],
    [2.5, 0.70315664064524, 0.490357756100235],
    [40, 3.67632737403484, 0.025315103841291],
  ])('at %d', (x, first, second) => {
    expect(digamma(x)).toBeCloseTo(first, 11);
    expect(trigamma(x) / second).toBeCloseTo(1, 11);
  });
});

/** What few replications tell of many: the quantiles against R, and the chance of being wrong as it is said to be. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { standardNormal } from '../../src/engine/ziggurat.ts';
import { intervalReach, meanReach } from '../../src/stats/foresight.ts';
import { meanInterval } from '../../src/stats/interval.ts';
import { fUpperQuantile } from '../../src/stats/special-functions/f-distribution.ts';

describe('the F distribution', () => {
  // R: qf(tail, above, below, lower = FALSE).
  it.each([
    [0.05, 3, 5, 5.409451318],
    [1e-4, 6, 3, 619.905035408],
    [2.5e-4, 4, 5, 55.321488425],
    [1e-5, 16, 3, 2753.719835774],
  ])('is exceeded with probability %f, of %i and %i degrees, at %f', (tail, above, below, x) => {
    expect(fUpperQuantile(tail, { above, below }) / x).toBeCloseTo(1, 6);
  });
});

describe('foresight', () => {
  // R: 4 of 10 values 0, 1, 2, 3 at 1e-4: qt(1e-4, 3, lower = FALSE) * sd(0:3) * sqrt(1/4 - 1/10).
  it('reaches as far as the t distribution has it', () => {
    const reach = meanReach({ values: [0, 1, 2, 3], count: 10, chance: 1e-4 });
    expect(reach).toBeCloseTo(22.203742273 * Math.sqrt(5 / 3) * Math.sqrt(0.15), 6);
  });

  it.each([
    [4, 20, 0.02],
    [6, 10, 0.02],
    [9, 30, 0.01],
  ])(
    'from %i of %i normal values is wrong with the chance it says: %f',
    (n, count, chance) => {
      const random = RandomStream.open(n, 'foresight');
      const studies = 5_000;
      let beyondMean = 0;
      let beyondInterval = 0;
      for (let study = 0; study < studies; study += 1) {
        const all = Array.from({ length: count }, () => standardNormal(random));
        const values = all.slice(0, n);
        const soFar = values.reduce((sum, value) => sum + value, 0) / n;
        const { mean, high } = meanInterval(all);
        if (mean > soFar + meanReach({ values, count, chance })) beyondMean += 1;
        if (high > soFar + intervalReach({ values, count, chance }, 0.95)) beyondInterval += 1;
      }
      // Five standard deviations of a binomial count: one false alarm in more than a million.
      const slack = 5 * Math.sqrt((chance * (1 - chance)) / studies);
      expect(Math.abs(beyondMean / studies - chance)).toBeLessThan(slack);
      // The interval is bounded by its two parts, so it is wrong more rarely.
      expect(beyondInterval / studies).toBeLessThan(chance + slack);
    },
    60_000,
  );
});

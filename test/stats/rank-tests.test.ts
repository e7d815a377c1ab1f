import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { standardNormal } from '../../src/engine/ziggurat.ts';
import { medianDifference, medianRatio } from '../../src/stats/hodges-lehmann.ts';
import { mannWhitney } from '../../src/stats/mann-whitney.ts';
import { medianInterval } from '../../src/stats/median-interval.ts';
import { rankSumDistribution } from '../../src/stats/rank-sum-distribution.ts';
import {
  normalTwoSidedQuantile,
  normalUpperTail,
} from '../../src/stats/special-functions/normal.ts';

/** Relative error below 1e-9: R prints twelve digits. */
const near = (value: number, expected: number): void =>
  expect(Math.abs(value / expected - 1)).toBeLessThan(1e-9);

// Nine against nine without ties: Hollander & Wolfe's example of R's ?wilcox.test, with its two ties pulled apart.
const x = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06001, 3.14, 1.29001];
// With ties.
const a = [1, 2, 2, 3, 4, 4, 4, 7];
const b = [2, 4, 5, 6, 6, 7, 8, 9, 9, 10];
// Sixty against fifty-five: too many for the exact distribution.
const u = Array.from({ length: 60 }, (_, i) => Math.sin(i + 1) * 3 + (i + 1) / 17);
const v = Array.from({ length: 55 }, (_, i) => Math.sin((i + 1) * 1.7) * 3 + (i + 1) / 13);

describe('the test of Mann and Whitney, against R 4', () => {
  it('is exact for small samples: wilcox.test(x, y, exact = TRUE)', () => {
    const found = mannWhitney(x, y);
    expect(found).toMatchObject({ u: 58, method: 'exact' });
    near(found.pValue, 0.135911147676);
    near(mannWhitney(x, y, 'greater').pValue, 0.0679555738379);
    near(mannWhitney(x, y, 'less').pValue, 0.943253805019);
  });

  it('corrects for ties and continuity: wilcox.test(a, b, exact = FALSE)', () => {
    const found = mannWhitney(a, b);
    expect(found).toMatchObject({ u: 12, method: 'normal' });
    near(found.pValue, 0.013695246114);
    near(mannWhitney(a, b, 'less').pValue, 0.00684762305701);
    near(mannWhitney(a, b, 'greater').pValue, 0.994687576224);
  });

  it('takes the normal distribution for large samples: wilcox.test(u, v)', () => {
    const found = mannWhitney(u, v);
    expect(found).toMatchObject({ u: 1543, method: 'normal' });
    near(found.pValue, 0.550984499883);
  });

  it('counts as pwilcox does', () => {
    const ten = rankSumDistribution(10, 10);
    // pwilcox(c(0, 5, 20, 37, 50), 10, 10)
    near(ten[0]!, 5.41254411223e-6);
    near(ten[5]!, 1.02838338132e-4);
    near(ten[20]!, 1.16153196649e-2);
    near(ten[37]!, 1.76340687177e-1);
    near(ten[50]!, 0.514743770162);
    // pwilcox(800, 49, 49), pwilcox(3, 3, 4)
    near(rankSumDistribution(49, 49)[800]!, 0.00208264375035598);
    near(rankSumDistribution(3, 4)[3]!, 0.2);
  });

  it('tells nothing apart where all values are alike', () => {
    expect(mannWhitney([3, 3, 3], [3, 3, 3, 3]).pValue).toBe(1);
  });
});

describe('the shift of Hodges and Lehmann, against R 4', () => {
  it('is that of wilcox.test(x, y, exact = TRUE, conf.int = TRUE)', () => {
    const { estimate, low, high } = medianDifference(x, y, 0.95);
    near(estimate, 0.56);
    near(low!, -0.37);
    near(high!, 1.183);
  });

  it('lies within a step of the data where R searches for it: wilcox.test(a, b), wilcox.test(u, v)', () => {
    // R's intervals: [-6.00, -1.00] around -3.00, and [-1.2031, 0.6773] around -0.25473.
    const tied = medianDifference(a, b, 0.95);
    expect([tied.estimate, tied.low, tied.high]).toEqual([-3, -6, -1]);
    const large = medianDifference(u, v, 0.95);
    expect(large.estimate).toBeCloseTo(-0.254735, 4);
    expect(large.low).toBeCloseTo(-1.2031, 2);
    expect(large.high).toBeCloseTo(0.67726, 2);
  });

  it('has no interval where too few values can give one: three against three', () => {
    expect(medianDifference([4, 5, 6], [1, 2, 3], 0.95)).toEqual({
      estimate: 3,
      low: null,
      high: null,
    });
    expect(medianDifference([4, 5, 6, 7], [1, 2, 3, 3.5], 0.95).low).toBe(0.5);
  });

  it('leaves out 0 where the exact test finds a difference', () => {
    fc.assert(
      fc.property(samples(4, 12), ([own, other]) => {
        const { low, high } = medianDifference(own, other, 0.95);
        const { pValue, method } = mannWhitney(own, other);
        fc.pre(method === 'exact' && Math.abs(pValue - 0.05) > 1e-9);
        expect(low! > 0 || high! < 0).toBe(pValue < 0.05);
        const ratio = medianRatio(own, other, 0.95);
        expect(ratio.low! > 1 || ratio.high! < 1).toBe(pValue < 0.05);
      }),
      { seed: 11 },
    );
  });

  it('holds the true shift in at least 95 % of samples', () => {
    const stream = RandomStream.open(3, 'shift');
    const draw = (n: number, shift: number): number[] =>
      Array.from({ length: n }, () => shift + standardNormal(stream) ** 3);
    const trials = 4000;
    let held = 0;
    for (let i = 0; i < trials; i++) {
      const { low, high } = medianDifference(draw(7, 2), draw(9, 0), 0.95);
      if (low! <= 2 && 2 <= high!) held += 1;
    }
    // In theory 1 - 2 pwilcox(12, 7, 9) = 0.9581. Four standard errors: false alarm 6e-5.
    const share = 0.9581;
    expect(Math.abs(held / trials - share)).toBeLessThan(
      4 * Math.sqrt((share * (1 - share)) / trials),
    );
  });
});

/** Two samples of positive whole numbers. */
const samples = (least: number, most: number): fc.Arbitrary<[number[], number[]]> => {
  const sample = fc.array(fc.integer({ min: 1, max: 100_000 }), {
    minLength: least,
    maxLength: most,
  });
  return fc.tuple(sample, sample);
};

describe('what holds for all samples', () => {
  it('U of both sides add up to all pairs, and p is the same seen from either', () => {
    fc.assert(
      fc.property(samples(1, 60), ([own, other]) => {
        const one = mannWhitney(own, other);
        const two = mannWhitney(other, own);
        expect(one.u + two.u).toBe(own.length * other.length);
        expect(one.pValue).toBeCloseTo(two.pValue, 12);
        expect(mannWhitney(own, other, 'less').pValue).toBeCloseTo(
          mannWhitney(other, own, 'greater').pValue,
          12,
        );
        expect(one.pValue).toBeGreaterThan(0);
        expect(one.pValue).toBeLessThanOrEqual(1);
      }),
      { seed: 1 },
    );
  });

  it('a test of ranks does not mind a monotone map', () => {
    fc.assert(
      fc.property(samples(1, 30), ([own, other]) => {
        const map = (value: number): number => Math.log(value) * 1e3;
        expect(mannWhitney(own.map(map), other.map(map))).toEqual(mannWhitney(own, other));
      }),
      { seed: 2 },
    );
  });

  it('the shift is the median over all pairs, moves with the values, and turns round with the sides', () => {
    fc.assert(
      fc.property(samples(1, 30), fc.integer({ min: -50, max: 50 }), ([own, other], by) => {
        const pairs = own
          .flatMap((value) => other.map((each) => value - each))
          .toSorted((one, two) => one - two);
        const middle =
          (pairs[Math.floor((pairs.length - 1) / 2)]! + pairs[Math.floor(pairs.length / 2)]!) / 2;
        const found = medianDifference(own, other, 0.9);
        expect(found.estimate).toBe(middle);
        const moved = medianDifference(
          own.map((value) => value + by),
          other,
          0.9,
        );
        expect(moved.estimate).toBe(middle + by);
        const turned = medianDifference(other, own, 0.9);
        expect(turned.estimate).toBe(0 - middle);
        expect(turned.low).toBe(found.high === null ? null : 0 - found.high);
      }),
      { seed: 4 },
    );
  });

  it('the median is one of order: half of the values on either side, and no interval from five', () => {
    expect(medianInterval([5, 1, 4, 2, 3], 0.95)).toEqual({
      median: 3,
      low: null,
      high: null,
      n: 5,
    });
    // Six values: their range holds the median with 1 - 2/64 = 96.9 %. Ten: ranks 2 and 9, 97.9 %.
    expect(medianInterval([6, 5, 1, 4, 2, 3], 0.95)).toEqual({
      median: 3.5,
      low: 1,
      high: 6,
      n: 6,
    });
    expect(medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toMatchObject({
      low: 2,
      high: 9,
    });
  });

  it('the normal distribution is that of tables', () => {
    // qnorm(0.975), qnorm(0.995), pnorm(1.5, lower.tail = FALSE), pnorm(-1, lower.tail = FALSE)
    near(normalTwoSidedQuantile(0.95), 1.95996398454);
    near(normalTwoSidedQuantile(0.99), 2.57582930355);
    near(normalUpperTail(1.5), 0.0668072012689);
    near(normalUpperTail(-1), 0.841344746069);
  });
});

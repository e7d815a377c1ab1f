import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { standardExponential, standardNormal } from '../../src/engine/ziggurat.ts';
import { meanInterval, pairedInterval, quantileRanks } from '../../src/stats/interval.ts';
import {
  binomialAtMost,
  incompleteBeta,
} from '../../src/stats/special-functions/incomplete-beta.ts';
import {
  chiSquareTail,
  upperIncompleteGamma,
} from '../../src/stats/special-functions/incomplete-gamma.ts';
import {
  studentTwoSidedQuantile,
  studentTwoSidedTail,
} from '../../src/stats/special-functions/student-t.ts';

/** Equal to a tabulated value in the digits of the table. */
const relative = (found: number, expected: number): number => Math.abs(found / expected - 1);

describe('the incomplete gamma function', () => {
  it('of a whole a is a Poisson sum: Q(n, x) = Σ_{k<n} e^-x x^k / k!', () => {
    for (const n of [1, 2, 5, 20, 150]) {
      for (const x of [0.1, 1, 4, 20, 149, 160]) {
        let term = Math.exp(-x);
        let sum = 0;
        for (let k = 0; k < n; k++) {
          sum += term;
          term *= x / (k + 1);
        }
        expect(relative(upperIncompleteGamma(n, x), sum)).toBeLessThan(1e-10);
      }
    }
  });

  it('runs from 1 to 0', () => {
    expect(upperIncompleteGamma(2.5, 0)).toBe(1);
    expect(upperIncompleteGamma(2.5, Infinity)).toBe(0);
  });

  // Abramowitz & Stegun, table 26.8: percentage points of χ².
  it.each([
    [1, 0.05, 3.84146],
    [2, 0.01, 9.21034],
    [9, 0.001, 27.8772],
    [10, 0.5, 9.34182],
    [30, 0.95, 18.4927],
    [100, 0.01, 135.807],
  ])('gives the tabulated χ²: %d degrees of freedom, tail %d', (degrees, tail, statistic) => {
    expect(relative(chiSquareTail(statistic, degrees), tail)).toBeLessThan(1e-4);
  });

  it('holds at the ten thousand degrees of freedom of a large Service', () => {
    // Computed with SciPy 1.17: gammaincc(5000, 5100) and (5000, 4900).
    expect(relative(upperIncompleteGamma(5000, 5100), 0.07932888107761889)).toBeLessThan(1e-10);
    expect(relative(upperIncompleteGamma(5000, 4900), 0.922055043773486)).toBeLessThan(1e-10);
  });
});

describe('the incomplete beta function', () => {
  it('of whole a and b is a binomial sum', () => {
    for (const [n, chance] of [
      [1, 0.3],
      [10, 0.5],
      [40, 0.9],
      [100, 0.01],
    ] as const) {
      let term = (1 - chance) ** n;
      let sum = 0;
      for (let k = 0; k < n; k++) {
        sum += term;
        expect(relative(binomialAtMost(k, { trials: n, chance }), sum)).toBeLessThan(1e-10);
        term *= ((n - k) / (k + 1)) * (chance / (1 - chance));
      }
      expect(binomialAtMost(n, { trials: n, chance })).toBe(1);
      expect(binomialAtMost(-1, { trials: n, chance })).toBe(0);
    }
  });

  it('of halves is the law of the arcsine: I_x(1/2, 1/2) = 2/π asin √x', () => {
    for (const x of [0.001, 0.3, 0.5, 0.9, 0.999]) {
      const expected = (2 / Math.PI) * Math.asin(Math.sqrt(x));
      expect(relative(incompleteBeta(x, 0.5, 0.5), expected)).toBeLessThan(1e-12);
    }
  });

  it('mirrors itself: I_x(a, b) + I_1-x(b, a) = 1', () => {
    for (const [x, a, b] of [
      [0.2, 3, 0.7],
      [0.5, 5000, 5100],
      [0.99, 1000, 3],
    ] as const) {
      expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 11);
    }
  });
});

describe("Student's t", () => {
  // Two-sided quantiles as in every table; the first two also in closed form below.
  it.each([
    [0.95, 1, 12.706],
    [0.95, 2, 4.303],
    [0.95, 4, 2.776],
    [0.95, 9, 2.262],
    [0.99, 9, 3.25],
    [0.95, 29, 2.045],
    [0.999, 60, 3.46],
    [0.95, 120, 1.98],
  ])('has the tabulated quantile for %d and %d degrees of freedom', (confidence, degrees, t) => {
    expect(studentTwoSidedQuantile(confidence, degrees)).toBeCloseTo(t, 3);
  });

  it('is exact where there is a closed form: tan for 1 degree of freedom, algebra for 2', () => {
    for (const confidence of [0.5, 0.9, 0.95, 0.999]) {
      const cauchy = Math.tan((Math.PI * confidence) / 2);
      expect(relative(studentTwoSidedQuantile(confidence, 1), cauchy)).toBeLessThan(1e-10);
      const two = confidence * Math.sqrt(2 / (1 - confidence ** 2));
      expect(relative(studentTwoSidedQuantile(confidence, 2), two)).toBeLessThan(1e-10);
    }
  });

  it('approaches the normal', () => {
    expect(studentTwoSidedQuantile(0.95, 1e7)).toBeCloseTo(1.959964, 6);
  });

  it('has the tail that its quantile asks for', () => {
    for (const degrees of [1, 3, 10, 500]) {
      const t = studentTwoSidedQuantile(0.95, degrees);
      expect(studentTwoSidedTail(t, degrees)).toBeCloseTo(0.05, 12);
      expect(studentTwoSidedTail(-t, degrees)).toBeCloseTo(0.05, 12);
    }
  });
});

/** How often, of `runs`, an interval holds: within the noise of a count of 95 %, false-alarm rate 1e-4. */
function expectCoverage(runs: number, holds: () => boolean, coverage = 0.95): void {
  let held = 0;
  for (let i = 0; i < runs; i++) if (holds()) held += 1;
  const deviation = Math.sqrt(runs * coverage * (1 - coverage));
  expect(Math.abs(held - runs * coverage)).toBeLessThan(3.8906 * deviation);
}

const take = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

describe('the interval of a mean', () => {
  it('is mean ± t s / √n', () => {
    // Mean 5, s = 2: t(0.975, 7) = 2.364624.
    const { mean, halfWidth, low, high, n } = meanInterval([3, 7, 3, 7, 3, 7, 3, 7]);
    expect({ mean, n }).toEqual({ mean: 5, n: 8 });
    expect(halfWidth).toBeCloseTo((2.364624 * Math.sqrt(32 / 7)) / Math.sqrt(8), 5);
    expect([low, high]).toEqual([5 - halfWidth, 5 + halfWidth]);
  });

  it('holds the true mean of normal values in 95 of 100 cases, from two values on', () => {
    const stream = RandomStream.open(42, 'coverage/mean');
    for (const n of [2, 5, 30]) {
      expectCoverage(4000, () => {
        const { low, high } = meanInterval(take(n, () => 10 + 3 * standardNormal(stream)));
        return low <= 10 && 10 <= high;
      });
    }
  });

  it('refuses a single value', () => {
    expect(() => meanInterval([1])).toThrow('at least two values');
  });
});

describe('the interval of a paired difference', () => {
  it('holds the true difference, and its p-value is uniform where there is none', () => {
    const stream = RandomStream.open(42, 'coverage/paired');
    const pair = (difference: number): [number[], number[]] => {
      const shared = take(5, () => 100 * standardNormal(stream));
      const noise = () => standardNormal(stream);
      return [shared.map((x) => x + difference + noise()), shared.map((x) => x + noise())];
    };
    expectCoverage(4000, () => {
      const { low, high } = pairedInterval(...pair(7));
      return low <= 7 && 7 <= high;
    });
    expectCoverage(4000, () => pairedInterval(...pair(0)).pValue < 0.3, 0.3);
  });

  it('is narrow where what both share is large', () => {
    const reference = [100, 900, 300, 700, 500];
    const values = reference.map((x, i) => x + 10 + (i % 2));
    const paired = pairedInterval(values, reference);
    expect(paired.low).toBeGreaterThan(9);
    expect(paired.high).toBeLessThan(12);
    expect(paired.pValue).toBeLessThan(1e-4);
    expect(meanInterval(values).halfWidth).toBeGreaterThan(100);
  });

  it('is certain of differences that are all alike', () => {
    expect(pairedInterval([1, 2, 3], [0, 1, 2])).toMatchObject({
      mean: 1,
      halfWidth: 0,
      pValue: 0,
    });
    expect(pairedInterval([1, 2], [1, 2])).toMatchObject({ mean: 0, halfWidth: 0, pValue: 1 });
  });

  it('refuses values that do not pair', () => {
    expect(() => pairedInterval([1, 2], [1])).toThrow('do not pair');
  });
});

describe('the interval of a quantile', () => {
  // Tabulated ranks for the median, e.g. Conover, Practical Nonparametric Statistics, table A3.
  it.each([
    [6, 1, 6, 0.96875],
    [10, 2, 9, 0.978515625],
    [20, 6, 15, 0.9586105],
  ])('of the median of %d values lies between the known ranks', (n, low, high, confidence) => {
    const ranks = quantileRanks(n, 0.5);
    expect(ranks).toMatchObject({ low, high });
    expect(ranks.confidence).toBeCloseTo(confidence, 6);
  });

  it('has no end where no value is far enough out', () => {
    expect(quantileRanks(5, 0.5)).toEqual({ low: null, high: null, confidence: 1 });
    expect(quantileRanks(100, 0.99)).toMatchObject({ low: 97, high: null });
  });

  it('holds the true quantile as often as it says', () => {
    const stream = RandomStream.open(42, 'coverage/quantile');
    const n = 400;
    const truth = -Math.log(0.1);
    const { low, high, confidence } = quantileRanks(n, 0.9);
    expect(confidence).toBeGreaterThanOrEqual(0.95);
    expectCoverage(
      4000,
      () => {
        const sorted = Float64Array.from(take(n, () => standardExponential(stream))).sort();
        return sorted[low! - 1]! <= truth && truth <= sorted[high! - 1]!;
      },
      confidence,
    );
  });
});

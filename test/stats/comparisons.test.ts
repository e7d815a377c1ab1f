import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { standardNormal } from '../../src/engine/ziggurat.ts';
import { holmAdjusted } from '../../src/stats/holm.ts';
import { binomialRange, pairedInterval } from '../../src/stats/interval.ts';
import { ratioInterval } from '../../src/stats/ratio-interval.ts';
import { binomialAtMost } from '../../src/stats/special-functions/incomplete-beta.ts';

/** `n` pairs that share half of their noise, with means `own` and `other`. */
function pairs(
  stream: RandomStream,
  { n, own, other }: { n: number; own: number; other: number },
): { own: number[]; other: number[] } {
  const drawn = Array.from({ length: n }, () => {
    const shared = standardNormal(stream);
    return {
      own: own + shared + standardNormal(stream),
      other: other + shared + standardNormal(stream),
    };
  });
  return { own: drawn.map((pair) => pair.own), other: drawn.map((pair) => pair.other) };
}

describe('the interval of a ratio of means', () => {
  it('holds the true ratio in 95 % of samples', () => {
    const stream = RandomStream.open(7, 'ratio');
    const samples = 4000;
    let held = 0;
    for (let i = 0; i < samples; i++) {
      const { own, other } = pairs(stream, { n: 6, own: 8, other: 10 });
      const { low, high } = ratioInterval(own, other, 0.95);
      if (low !== null && high !== null && low <= 0.8 && 0.8 <= high) held += 1;
    }
    // Four standard errors of a share of 0.95 of 4,000: false alarm 6e-5.
    expect(Math.abs(held / samples - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / samples));
  });

  it('leaves out 1 exactly where the paired interval leaves out 0', () => {
    const stream = RandomStream.open(8, 'ratio');
    const verdicts = new Set<boolean>();
    for (let i = 0; i < 500; i++) {
      const { own, other } = pairs(stream, { n: 5, own: 11, other: 10 });
      const { low, high } = ratioInterval(own, other, 0.95);
      const difference = pairedInterval(own, other, 0.95);
      const differs = difference.low > 0 || difference.high < 0;
      verdicts.add(differs);
      expect(low! > 1 || high! < 1).toBe(differs);
    }
    expect(verdicts.size).toBe(2);
  });

  it('is a point where every pair has the same ratio', () => {
    const { ratio, low, high } = ratioInterval([20, 22, 24], [10, 11, 12], 0.95);
    expect(ratio).toBe(2);
    expect(low).toBeCloseTo(2, 6);
    expect(high).toBeCloseTo(2, 6);
  });

  it('has no bounds where the reference may be 0', () => {
    expect(ratioInterval([1, 2, 3], [-1, 0, 1.2], 0.95)).toMatchObject({ low: null, high: null });
  });
});

describe("Holm's adjustment", () => {
  it('matches the worked example: 0.01, 0.04, 0.03, 0.005', () => {
    // Ascending × 4, 3, 2, 1: 0.02, 0.03, 0.06, and 0.04 raised to what went before.
    const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((expected, i) => {
      expect(adjusted[i]).toBeCloseTo(expected, 12);
    });
  });

  it('leaves a single test alone, and never exceeds 1', () => {
    expect(holmAdjusted([0.04])).toEqual([0.04]);
    expect(holmAdjusted([0.7, 0.9])).toEqual([1, 1]);
    expect(holmAdjusted([])).toEqual([]);
  });
});

describe('the range of a binomial count', () => {
  it.each([
    [16, 1 / 8, 0.05 / 8],
    [9426, 0.2, 0.01],
    [100, 0.5, 0.05],
    [5, 0.01, 0.05],
  ])('of %d trials at %d is left with at most the chance asked for', (trials, chance, beyond) => {
    const { low, high } = binomialRange({ trials, chance }, beyond);
    const atMost = (count: number): number => binomialAtMost(count, { trials, chance });
    expect(atMost(low - 1)).toBeLessThanOrEqual(beyond / 2);
    expect(1 - atMost(high)).toBeLessThanOrEqual(beyond / 2 + 1e-12);
    // One count narrower on either side would be left more often.
    expect(atMost(low)).toBeGreaterThan(beyond / 2);
    if (high > 0) expect(1 - atMost(high - 1)).toBeGreaterThan(beyond / 2);
  });

  it('is a point where there is no chance', () => {
    expect(binomialRange({ trials: 9, chance: 0 }, 0.05)).toEqual({ low: 0, high: 0 });
    expect(binomialRange({ trials: 9, chance: 1 }, 0.05)).toEqual({ low: 9, high: 9 });
  });
});

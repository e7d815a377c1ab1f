import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { standardNormal } from '../../src/engine/ziggurat.ts';
import { batchMeansHalfWidth, neighboursAreAlike } from '../../src/stats/batch-means.ts';

const SCATTERED = [
  12.1, 9.8, 11.4, 10.3, 13.9, 10.8, 12.6, 9.1, 11.7, 10.9, 12.2, 11.1, 10.1, 13.0, 9.7, 11.9, 12.8,
  10.6, 11.3, 12.0,
];

/** Normal values of which each takes a share of the one before it: an autoregressive series. */
function series(random: RandomStream, length: number, share: number): number[] {
  const values: number[] = [];
  let value = standardNormal(random);
  for (let i = 0; i < length; i++) {
    values.push(value);
    value = share * value + Math.sqrt(1 - share ** 2) * standardNormal(random);
  }
  return values;
}

describe('batch means', () => {
  it('have the interval of t.test() in R', () => {
    // R 4.x: diff(t.test(x)$conf.int) / 2.
    expect(batchMeansHalfWidth(SCATTERED, 0.95)).toBeCloseTo(0.5782592644, 9);
  });

  it('have none where they are too few to tell whether they depend on each other', () => {
    expect(batchMeansHalfWidth(SCATTERED.slice(0, 7), 0.95)).toBeNull();
    expect(batchMeansHalfWidth(SCATTERED.slice(0, 8), 0.95)).not.toBeNull();
  });

  it('have none where each is like the one before it', () => {
    expect(
      batchMeansHalfWidth(
        SCATTERED.toSorted((a, b) => a - b),
        0.95,
      ),
    ).toBeNull();
    expect(batchMeansHalfWidth(new Array<number>(20).fill(3), 0.95)).toBe(0);
  });

  it('are taken for dependent one time in twenty if they are not, and mostly if they are', () => {
    const random = RandomStream.open(42, 'batches');
    const share = (dependence: number): number => {
      const found = Array.from({ length: 4000 }, () =>
        neighboursAreAlike(series(random, 20, dependence)),
      );
      return found.filter(Boolean).length / found.length;
    };
    // Three standard errors of 4000 trials of 5 %: 1 %.
    expect(share(0)).toBeGreaterThan(0.04);
    expect(share(0)).toBeLessThan(0.06);
    expect(share(0.7)).toBeGreaterThan(0.8);
  });
});

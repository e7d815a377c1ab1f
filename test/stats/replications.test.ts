import { describe, expect, it } from 'vitest';
import { meanInterval } from '../../src/stats/interval.ts';
import { replicationsToDecide } from '../../src/stats/replications.ts';

describe('the replications that tell a mean from a limit', () => {
  // R 4: n <- 2; while (qt(.975, n - 1) * s / sqrt(n) > d) n <- n + 1
  it.each([
    [1, 10, 2],
    [1, 1, 7],
    [1, 0.5, 18],
    [2.5, 0.7, 52],
    [1, 0.1, 387],
    [3, 0.05, 13_832],
  ])('are as R has them: deviation %d, distance %d', (deviation, distance, expected) => {
    expect(replicationsToDecide({ deviation, distance }, 0.95)).toBe(expected);
  });

  it('are those whose interval just reaches the limit', () => {
    const values = [9, 11, 10, 12, 8, 10.5, 9.5];
    const { halfWidth, n } = meanInterval(values);
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - 10) ** 2, 0) / (n - 1));
    expect(replicationsToDecide({ deviation, distance: halfWidth * 1.0001 }, 0.95)).toBe(n);
    expect(replicationsToDecide({ deviation, distance: halfWidth * 0.9999 }, 0.95)).toBe(n + 1);
  });

  it('are none in reason very near to the limit', () => {
    expect(replicationsToDecide({ deviation: 1, distance: 1e-4 }, 0.95)).toBe(null);
  });
});

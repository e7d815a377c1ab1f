import { describe, expect, it } from 'vitest';
import { proportionInterval } from '../../src/stats/proportion-interval.ts';
import { binomialAtMost } from '../../src/stats/special-functions/incomplete-beta.ts';

describe('the interval of a proportion', () => {
  // R 4.x: binom.test(successes, trials)$conf.int.
  it.each([
    [0, 10, 0, 0.308497107819],
    [0, 1_140_212, 0, 3.23525229245e-6],
    [3, 20, 0.0320709371855, 0.378926826545],
    [20, 20, 0.831566529017, 1],
    [50, 1000, 0.0373353976047, 0.0653904879155],
    [1, 1, 0.025, 1],
  ])('is that of R: %d of %d', (successes, trials, low, high) => {
    const found = proportionInterval({ successes, trials }, 0.95);
    expect(found.low).toBeCloseTo(low, 10);
    expect(Math.abs(found.high / high - 1)).toBeLessThan(1e-9);
  });

  it('holds the true chance at least as often as it says, whatever it is', () => {
    const trials = 40;
    const intervals = Array.from({ length: trials + 1 }, (_, successes) =>
      proportionInterval({ successes, trials }, 0.95),
    );
    for (let chance = 0.005; chance < 1; chance += 0.005) {
      let held = 0;
      for (const [successes, { low, high }] of intervals.entries()) {
        if (chance < low || chance > high) continue;
        const atMost = binomialAtMost(successes, { trials, chance });
        held += atMost - binomialAtMost(successes - 1, { trials, chance });
      }
      expect(held).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('refuses a share of nothing', () => {
    expect(() => proportionInterval({ successes: 0, trials: 0 }, 0.95)).toThrow('0 of 0');
  });
});

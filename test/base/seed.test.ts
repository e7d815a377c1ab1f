import { describe, expect, it } from 'vitest';
import { deriveSeed } from '../../src/base/seed.ts';

describe('the seed of a replication', () => {
  it('of the first is the seed itself', () => {
    for (const seed of [0, 42, 2 ** 32 + 1, 2 ** 53 - 1]) expect(deriveSeed(seed, 0)).toBe(seed);
  });

  it('is a whole number of 32 bits, and run alone stays what it is', () => {
    for (let replication = 1; replication < 1000; replication++) {
      const seed = deriveSeed(42, replication);
      expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
      expect(deriveSeed(seed, 0)).toBe(seed);
    }
  });

  it('is shared by no two replications of a study', () => {
    const seeds = new Set(Array.from({ length: 100_000 }, (_, i) => deriveSeed(42, i)));
    expect(seeds.size).toBe(100_000);
  });

  it('has nothing to do with those of a neighbouring seed', () => {
    const seeds = new Set<number>();
    for (let seed = 0; seed < 300; seed++) {
      for (let replication = 1; replication <= 100; replication++) {
        seeds.add(deriveSeed(seed, replication));
      }
    }
    // 30,000 random numbers of 32 bits collide 0.1 times; 6 times with a chance below 1e-9.
    expect(30_000 - seeds.size).toBeLessThan(6);
  });

  it('tells seeds beyond 32 bits apart', () => {
    expect(deriveSeed(7, 1)).not.toBe(deriveSeed(7 + 2 ** 32, 1));
  });
});

import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { hottestByChance } from '../../src/stats/hottest-by-chance.ts';

describe('the hottest of pods that are picked by chance', () => {
  it('has one of two draws over two pods for itself half of the time', () => {
    // Counts (2,0), (1,1), (1,1), (0,2): over a mean of 1 the hottest has 2, 1, 1, 2.
    const { mean, deviation } = hottestByChance({ pods: 2, draws: 2 });
    expect(mean).toBeCloseTo(1.5, 12);
    expect(deviation).toBeCloseTo(0.5, 12);
  });

  it('is as counted out for three draws over three pods', () => {
    // 27 ways: 3 with all in one (max 3), 18 with a pair (max 2), 6 with one each (max 1).
    const { mean } = hottestByChance({ pods: 3, draws: 3 });
    expect(mean).toBeCloseTo((3 * 3 + 18 * 2 + 6) / 27, 12);
  });

  it('takes 1.33 times the mean where 160 connections go to 8 pods', () => {
    expect(hottestByChance({ pods: 8, draws: 160 }).mean).toBeCloseTo(1.329, 3);
  });

  it.each([
    { pods: 8, draws: 16 },
    { pods: 10, draws: 80 },
    { pods: 5, draws: 199 },
    { pods: 5, draws: 201 },
    { pods: 50, draws: 1000 },
  ])('is what draws show: $draws over $pods', ({ pods, draws }) => {
    const stream = RandomStream.open(7, `hottest/${pods}/${draws}`);
    const trials = 20_000;
    let sum = 0;
    let squares = 0;
    for (let trial = 0; trial < trials; trial++) {
      const counts = new Array<number>(pods).fill(0);
      for (let i = 0; i < draws; i++) counts[Math.floor(stream.next() * pods)]! += 1;
      const load = (Math.max(...counts) * pods) / draws;
      sum += load;
      squares += load ** 2;
    }
    const mean = sum / trials;
    const deviation = Math.sqrt(squares / trials - mean ** 2);
    const found = hottestByChance({ pods, draws });
    // Five standard errors: a false alarm in 1.7 million; and half a percent where the sum is left free.
    const slack = (5 * deviation) / Math.sqrt(trials) + (draws > 200 ? 0.005 : 0);
    expect(Math.abs(found.mean - mean)).toBeLessThan(slack);
    expect(found.deviation / deviation).toBeGreaterThan(draws > 200 ? 0.85 : 0.97);
    expect(found.deviation / deviation).toBeLessThan(draws > 200 ? 1.15 : 1.03);
  });
});

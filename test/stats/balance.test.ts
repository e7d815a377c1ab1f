import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { balanceOf, expectedMaxOverMean } from '../../src/stats/balance.ts';

// The same cases in every run; another seed is another search.
fc.configureGlobal({ seed: 42 });

const counts = fc
  .array(fc.nat(1000), { minLength: 2, maxLength: 30 })
  .filter((candidate) => candidate.some((count) => count > 0));

/** Requests per pod where each request picks by chance. */
function randomSpread(
  stream: RandomStream,
  { pods, requests }: { pods: number; requests: number },
) {
  const spread = new Array<number>(pods).fill(0);
  for (let i = 0; i < requests; i++) spread[Math.floor(stream.next() * pods)]! += 1;
  return spread;
}

describe('the balance of requests over pods', () => {
  it('is perfect where all pods have the same', () => {
    expect(balanceOf([20, 20, 20])).toEqual({
      maxOverMean: 1,
      minOverMean: 1,
      cv: 0,
      jain: 1,
      chiSquare: 0,
      pValue: 1,
    });
  });

  it('of 10, 20 and 30 is as by hand', () => {
    const balance = balanceOf([10, 20, 30])!;
    expect(balance).toMatchObject({ maxOverMean: 1.5, minOverMean: 0.5, chiSquare: 10 });
    expect(balance.cv).toBeCloseTo(Math.sqrt(200 / 3) / 20, 12);
    expect(balance.jain).toBeCloseTo(60 ** 2 / (3 * 1400), 12);
    // χ² with 2 degrees of freedom is exponential of mean 2.
    expect(balance.pValue).toBeCloseTo(Math.exp(-5), 12);
  });

  it('is worst, with Jain 1/n, where one pod has everything', () => {
    const balance = balanceOf([0, 0, 100, 0])!;
    expect(balance).toMatchObject({ maxOverMean: 4, minOverMean: 0, jain: 0.25 });
  });

  it('does not depend on the order of pods, and only χ² on the number of requests', () => {
    fc.assert(
      fc.property(counts, (candidate) => {
        const balance = balanceOf(candidate)!;
        const reversed = balanceOf(candidate.toReversed())!;
        const doubled = balanceOf(candidate.map((count) => 2 * count))!;
        for (const figure of ['maxOverMean', 'minOverMean', 'cv', 'jain'] as const) {
          expect(reversed[figure]).toBeCloseTo(balance[figure], 9);
          expect(doubled[figure]).toBeCloseTo(balance[figure], 9);
        }
        expect(doubled.chiSquare).toBeCloseTo(2 * balance.chiSquare, 6);
        expect(balance.minOverMean).toBeLessThanOrEqual(1 + 1e-12);
        expect(balance.maxOverMean).toBeGreaterThanOrEqual(1 - 1e-12);
        expect(balance.jain).toBeGreaterThanOrEqual(1 / candidate.length - 1e-12);
      }),
    );
  });

  it('against weights is perfect where requests are in proportion', () => {
    const balance = balanceOf([10, 20, 30], [1, 2, 3])!;
    expect(balance).toMatchObject({ maxOverMean: 1, minOverMean: 1, chiSquare: 0, pValue: 1 });
  });

  it('leaves out a pod of weight 0', () => {
    expect(balanceOf([10, 30, 5], [1, 1, 0])).toEqual(balanceOf([10, 30]));
  });

  it('does not exist without requests or pods', () => {
    expect(balanceOf([0, 0])).toBeNull();
    expect(balanceOf([])).toBeNull();
    expect(balanceOf([5], [0])).toBeNull();
  });

  it('has a uniform p-value where requests pick by chance', () => {
    const stream = RandomStream.open(42, 'balance/null');
    const runs = 2000;
    const below = new Array<number>(10).fill(0);
    for (let i = 0; i < runs; i++) {
      const { pValue } = balanceOf(randomSpread(stream, { pods: 10, requests: 2000 }))!;
      below[Math.min(Math.floor(pValue * 10), 9)]! += 1;
    }
    const statistic = below.reduce((sum, n) => sum + (n - runs / 10) ** 2 / (runs / 10), 0);
    // 0.9999 quantile of χ² with 9 degrees of freedom.
    expect(statistic).toBeLessThan(33.72);
  });
});

describe('the expected imbalance of a random spread', () => {
  it.each([
    { pods: 2, requests: 100 },
    { pods: 5, requests: 25 },
    { pods: 10, requests: 1000 },
    { pods: 100, requests: 1000 },
  ])('of $requests requests over $pods pods is what sampling finds', ({ pods, requests }) => {
    const stream = RandomStream.open(42, `balance/${pods}/${requests}`);
    const runs = 4000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < runs; i++) {
      const { maxOverMean } = balanceOf(randomSpread(stream, { pods, requests }))!;
      sum += maxOverMean;
      squares += maxOverMean ** 2;
    }
    const mean = sum / runs;
    const error = Math.sqrt((squares / runs - mean ** 2) / runs);
    // The 1 % that is promised, and sampling error at a false-alarm rate of 1e-4.
    expect(Math.abs(expectedMaxOverMean({ pods, requests }) - mean)).toBeLessThan(
      0.01 * mean + 3.8906 * error,
    );
  });

  it('of two pods is 1 + 1/√(π mean) in the limit', () => {
    const found = expectedMaxOverMean({ pods: 2, requests: 2e6 });
    expect(found - 1).toBeCloseTo(1 / Math.sqrt(Math.PI * 1e6), 6);
  });

  it('of one pod is 1', () => {
    expect(expectedMaxOverMean({ pods: 1, requests: 17 })).toBe(1);
  });
});

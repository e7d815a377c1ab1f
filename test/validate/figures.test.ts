/** The statistics behind docs/validation.md, against brute force and known coverage. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { unevenness } from '../../validate/multinomial.ts';
import { ascending, bootstrapQuantiles, quantileOf } from '../../validate/sample.ts';

describe('how uneven a few connections are', () => {
  it.each([
    [2, 3],
    [3, 5],
    [4, 4],
  ])(
    'is what counting all outcomes says: %i endpoints, %i connections',
    (endpoints, connections) => {
      const outcomes = endpoints ** connections;
      const largest: number[] = [];
      let idle = 0;
      for (let outcome = 0; outcome < outcomes; outcome++) {
        const counts = new Array<number>(endpoints).fill(0);
        for (let rest = outcome, i = 0; i < connections; i++, rest = Math.floor(rest / endpoints)) {
          counts[rest % endpoints]!++;
        }
        largest.push((Math.max(...counts) * endpoints) / connections);
        if (counts.includes(0)) idle++;
      }
      const mean = largest.reduce((sum, one) => sum + one) / outcomes;
      const variance = largest.reduce((sum, one) => sum + (one - mean) ** 2, 0) / outcomes;
      const found = unevenness(endpoints, connections);
      expect(found.maxOverMean).toBeCloseTo(mean, 10);
      expect(found.deviation).toBeCloseTo(Math.sqrt(variance), 10);
      expect(found.idle).toBeCloseTo(idle / outcomes, 10);
    },
  );
});

describe('the interval of a recorded quantile', () => {
  it('holds the true one in about 95 % of series of values that depend on each other', () => {
    // An autoregressive series: each value is mostly the one before, as latencies of a queue are.
    const stream = RandomStream.open(1, 'test/series');
    let held = 0;
    const series = 100;
    for (let i = 0; i < series; i++) {
      let value = 0;
      const values = Array.from({ length: 20_000 }, () => {
        value = 0.9 * value + (stream.next() - 0.5);
        return value;
      });
      const [{ low, high } = { low: 0, high: 0 }] = bootstrapQuantiles(values, [0.5]);
      // The series is symmetric about 0.
      if (low <= 0 && high >= 0) held++;
    }
    // Between 85 and 100 of 100 but for one seed in 10,000 at a coverage of 95 %.
    expect(held).toBeGreaterThanOrEqual(85);
  });

  it('is around the quantile of the sample', () => {
    const values = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 5000);
    const [interval] = bootstrapQuantiles(values, [0.9]);
    const quantile = quantileOf(ascending(values), 0.9);
    expect(quantile).toBe(4499);
    expect(interval!.low).toBeLessThanOrEqual(quantile);
    expect(interval!.high).toBeGreaterThanOrEqual(quantile);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf } from '../../src/stats/log-linear.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { Sample } from '../../src/stats/sample.ts';

const value = fc.oneof(fc.nat({ max: 1000 }), fc.nat(), fc.maxSafeNat());

describe('a sample', () => {
  it('has the bucket of its value at any precision', () => {
    const sample = new Sample();
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 8 }), (ns, precision) => {
        sample.set(ns);
        expect(sample.bucket(precision)).toBe(bucketOf(ns, precision));
      }),
      { numRuns: 2000, seed: 8 },
    );
  });

  it('is recorded as its value is', () => {
    const sample = new Sample();
    fc.assert(
      fc.property(fc.array(value), fc.integer({ min: 1, max: 8 }), (values, precision) => {
        const one = new Histogram(precision);
        const other = new Histogram(precision);
        for (const ns of values) {
          sample.set(ns);
          one.recordSample(sample);
          other.record(ns);
        }
        expect(one.toData()).toEqual(other.toData());
      }),
      { numRuns: 200, seed: 8 },
    );
  });
});

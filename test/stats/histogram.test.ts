import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram, pooled } from '../../src/stats/histogram.ts';
import { meanOf, quantileOf, shareUpTo } from '../../src/stats/histogram-data.ts';
import { bucketOf, lowestOf, widthOf } from '../../src/stats/log-linear.ts';

// The same cases in every run; another seed is another search.
fc.configureGlobal({ seed: 42 });

/** Whole numbers of every magnitude up to 2^53 - 1. */
const value = fc.oneof(
  fc.nat(300),
  fc
    .tuple(fc.integer({ min: 0, max: 52 }), fc.double({ min: 1, max: 2, noNaN: true }))
    .map(([octave, mantissa]) => Math.min(Math.floor(mantissa * 2 ** octave), 2 ** 53 - 1)),
);
const values = fc.array(value, { minLength: 1, maxLength: 200 });
const precision = fc.integer({ min: 1, max: 12 });

function histogramOf(recorded: readonly number[], bits?: number): Histogram {
  const histogram = new Histogram(bits);
  for (const ns of recorded) histogram.record(ns);
  return histogram;
}

describe('log-linear buckets', () => {
  it('hold the values from their lowest on, as many as their width, and no others', () => {
    fc.assert(
      fc.property(value, precision, (ns, bits) => {
        const bucket = bucketOf(ns, bits);
        const lowest = lowestOf(bucket, bits);
        const width = widthOf(bucket, bits);
        expect(ns).toBeGreaterThanOrEqual(lowest);
        expect(ns).toBeLessThan(lowest + width);
        expect(bucketOf(lowest, bits)).toBe(bucket);
        expect(lowestOf(bucket + 1, bits)).toBe(lowest + width);
      }),
    );
  });

  it('are at most 2^-precision of their values wide', () => {
    fc.assert(
      fc.property(value, precision, (ns, bits) => {
        const bucket = bucketOf(ns, bits);
        expect(widthOf(bucket, bits) - 1).toBeLessThanOrEqual(lowestOf(bucket, bits) * 2 ** -bits);
      }),
    );
  });

  it('end where integers end: 54 - precision octaves and no more', () => {
    expect(bucketOf(2 ** 53 - 1, 7)).toBe((54 - 7) * 128 - 1);
  });
});

describe('a histogram', () => {
  it('finds each quantile within 2^-precision of the order statistic', () => {
    fc.assert(
      fc.property(
        values,
        precision,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sample, bits, q) => {
          const sorted = sample.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil(q * sample.length - 1e-9) - 1)]!;
          const found = histogramOf(sample, bits).quantile(q);
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 2 ** -bits);
        },
      ),
    );
  });

  it('keeps count, sum, smallest and largest exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 1 }), (sample) => {
        const histogram = histogramOf(sample);
        const sum = sample.reduce((total, ns) => total + ns, 0);
        expect(histogram.count).toBe(sample.length);
        expect(histogram.sum).toBe(sum);
        expect(histogram.mean()).toBe(sum / sample.length);
        expect(histogram.min).toBe(Math.min(...sample));
        expect(histogram.max).toBe(Math.max(...sample));
        expect(histogram.quantile(0)).toBe(histogram.min);
        expect(histogram.quantile(1)).toBe(histogram.max);
      }),
    );
  });

  it('has quantiles that never fall as q rises', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const histogram = histogramOf(sample);
        let before = -1;
        for (let i = 0; i <= 100; i++) {
          const quantile = histogram.quantile(i / 100);
          expect(quantile).toBeGreaterThanOrEqual(before);
          before = quantile;
        }
      }),
    );
  });

  it('merged with another is the histogram of both samples', () => {
    // Below 2^40, so that sums are exact in any order.
    const small = fc.array(
      value.map((ns) => ns % 2 ** 40),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(small, small, (one, other) => {
        const merged = histogramOf(one);
        merged.merge(histogramOf(other));
        expect(merged.toData()).toEqual(histogramOf([...one, ...other]).toData());
      }),
    );
  });

  it('pooled from the data of several is that of all samples, and leaves their data as they are', () => {
    const samples = fc.array(
      fc.array(
        value.map((ns) => ns % 2 ** 40),
        { maxLength: 50 },
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(samples, (each) => {
        const data = each.map((sample) => histogramOf(sample).toData());
        const before = JSON.stringify(data);
        expect(pooled(data)).toEqual(histogramOf(each.flat()).toData());
        expect(JSON.stringify(data)).toBe(before);
      }),
    );
  });

  it('says the same where its data lie', () => {
    fc.assert(
      fc.property(
        fc.array(value),
        fc.double({ min: 0, max: 1, noNaN: true }),
        value,
        (sample, q, ns) => {
          const histogram = histogramOf(sample);
          const data = histogram.toData();
          expect(meanOf(data)).toBe(histogram.mean());
          expect(quantileOf(data, q)).toBe(histogram.quantile(q));
          expect(shareUpTo(data, ns)).toBe(histogram.shareUpTo(ns));
        },
      ),
    );
  });

  it('comes back from its data, through JSON, as it was', () => {
    fc.assert(
      fc.property(fc.array(value), precision, (sample, bits) => {
        const histogram = histogramOf(sample, bits);
        const data = JSON.parse(JSON.stringify(histogram.toData())) as ReturnType<
          Histogram['toData']
        >;
        const back = Histogram.fromData(data);
        expect(back.toData()).toEqual(histogram.toData());
        expect(data.counts.reduce((sum, count) => sum + count, 0)).toBe(data.count);
        back.record(5);
        histogram.record(5);
        expect(back.toData()).toEqual(histogram.toData());
      }),
    );
  });

  it('interpolates within a bucket: a fine sample is found to a fraction of the bucket', () => {
    // 1,000,000 to 1,004,095 lie in one bucket of 4,096 or touch two: quantiles are linear in q.
    const histogram = new Histogram(7);
    const lowest = lowestOf(bucketOf(1_000_000, 7), 7);
    for (let i = 0; i < 4096; i++) histogram.record(lowest + i);
    for (const q of [0.1, 0.25, 0.5, 0.9]) {
      expect(Math.abs(histogram.quantile(q) - (lowest + q * 4096))).toBeLessThanOrEqual(1);
    }
  });

  it('takes the seventh of a hundred values as their 0.07 quantile', () => {
    const histogram = histogramOf(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(histogram.quantile(0.07)).toBe(7);
  });

  it('of nothing has no mean and no quantiles', () => {
    const empty = new Histogram();
    expect(empty.mean()).toBeNaN();
    expect(empty.quantile(0.5)).toBeNaN();
    expect(empty.toData()).toEqual({
      count: 0,
      sum: 0,
      min: 0,
      max: 0,
      precision: 7,
      offset: 0,
      counts: [],
    });
  });

  it.each([-1, 0.5, 2 ** 53, NaN, Infinity])('refuses to count %d', (ns) => {
    expect(() => new Histogram().record(ns)).toThrow('whole nanoseconds');
  });

  it('refuses to merge with one of another precision', () => {
    expect(() => new Histogram(7).merge(new Histogram(8))).toThrow('precision 7 and 8');
  });

  it('takes memory for the octaves it has seen only', () => {
    const { counts, offset } = histogramOf([1_000_000, 1_500_000]).toData();
    expect(counts.length).toBeLessThanOrEqual(128);
    expect(offset).toBe(bucketOf(1_000_000, 7));
  });
});

/** Values that are recorded many at a time leave what they leave one by one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LATENCY_PARTS, QUEUE, SERVICE } from '../../src/contract/result.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { PartsByLatency } from '../../src/stats/parts-by-latency.ts';
import { Sample, Samples } from '../../src/stats/sample.ts';

fc.configureGlobal({ seed: 42 });

// Sums stay below 2^53, so that they are exact.
const values = fc.array(
  fc.oneof(fc.nat(300), fc.nat(10_000_000), fc.integer({ min: 0, max: 2 ** 44 })),
  { maxLength: 100 },
);

/** Parts that some have. */
const OTHERS = LATENCY_PARTS.map((_, part) => part).filter((k) => k !== QUEUE && k !== SERVICE);

function samplesOf(latencies: readonly number[]): Samples {
  const samples = new Samples();
  samples.reserve(latencies.length);
  samples.values.set(latencies);
  samples.settle(
    latencies.length,
    latencies.reduce((sum, value) => sum + value, 0),
    Math.min(...latencies),
    Math.max(...latencies),
  );
  return samples;
}

describe('many samples at once', () => {
  it.each([5, 6, 8])('fill a histogram of precision %d as one by one', (precision) => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const together = new Histogram(precision);
        const apart = new Histogram(precision);
        for (const batch of [first, second]) {
          together.recordSamples(samplesOf(batch));
          for (const value of batch) apart.record(value);
        }
        expect(together.toData()).toEqual(apart.toData());
      }),
    );
  });

  it('fill the parts by latency as one by one', () => {
    const bands = [
      { name: 'low', from: 0, to: 0.5 },
      { name: 'high', from: 0.5, to: 1 },
    ];
    fc.assert(
      fc.property(values, values, fc.subarray(OTHERS), (first, second, others) => {
        const together = new PartsByLatency();
        const apart = new PartsByLatency();
        const sample = new Sample();
        const has = [QUEUE, SERVICE, ...others];
        for (const batch of [first, second]) {
          // Part k of a request: its latency plus k.
          const spans = LATENCY_PARTS.map((_, k) => Float64Array.from(batch, (value) => value + k));
          together.recordSamples(
            samplesOf(batch),
            spans[QUEUE],
            spans[QUEUE].map((wait, i) => wait + spans[SERVICE][i]),
            others.map((part) => ({ part, spans: spans[part] })),
          );
          batch.forEach((value, i) => {
            sample.set(value);
            apart.record(
              sample,
              Float64Array.from(spans, (column, k) => (has.includes(k) ? column[i] : 0)),
            );
          });
        }
        expect(together.bands(bands)).toEqual(apart.bands(bands));
      }),
    );
  });
});

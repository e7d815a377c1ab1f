/** Histograms of many pods in arrays that they share hold what a histogram of each would. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/stats/histogram.ts';
import { Samples } from '../../src/stats/sample.ts';
import { PRECISION } from '../../src/world/measure/book-columns.ts';
import { PodHistograms } from '../../src/world/measure/pod-histograms.ts';

fc.configureGlobal({ seed: 42 });

const PODS = 5;

/** Latencies at pods, of which so many are alike: bytes run over. */
const visits = fc.record({
  pod: fc.nat(PODS - 1),
  latency: fc.oneof(fc.nat(40), fc.nat(10_000_000), fc.integer({ min: 0, max: 2 ** 44 })),
  times: fc.constantFrom(1, 1, 2, 255, 256, 700),
});

function samplesOf(latencies: readonly number[]): Samples {
  const samples = new Samples();
  samples.reserve(latencies.length);
  samples.values.set(latencies);
  const total = latencies.reduce((sum, value) => sum + value, 0);
  samples.settle(latencies.length, total, Math.min(...latencies), Math.max(...latencies));
  return samples;
}

function expectSame(together: PodHistograms, apart: readonly Histogram[]): void {
  apart.forEach((histogram, pod) => {
    const { count, precision, offset, counts } = histogram.toData();
    expect(together.of(pod)).toEqual({ count, precision, offset, counts });
  });
}

describe('histograms of many pods', () => {
  it('hold what histograms of their own would, one by one or many at a time', () => {
    fc.assert(
      fc.property(fc.array(visits), (all) => {
        const oneByOne = new PodHistograms();
        const atOnce = new PodHistograms();
        const apart = Array.from({ length: PODS }, () => new Histogram(PRECISION));
        for (const { pod, latency, times } of all) {
          oneByOne.reserve(PODS);
          atOnce.reserve(PODS);
          for (let i = 0; i < times; i++) {
            oneByOne.add(pod, latency);
            apart[pod].record(latency);
          }
          const same = Array.from({ length: times }, () => latency);
          atOnce.addAll(new Int32Array(times).fill(pod), samplesOf(same));
        }
        expectSame(oneByOne, apart);
        expectSame(atOnce, apart);
      }),
    );
  });

  it('take batches of different latencies at different pods', () => {
    fc.assert(
      fc.property(fc.array(fc.array(visits, { minLength: 1 })), (batches) => {
        const together = new PodHistograms();
        const apart = Array.from({ length: PODS }, () => new Histogram(PRECISION));
        together.reserve(PODS);
        for (const batch of batches) {
          for (const { pod, latency } of batch) apart[pod].record(latency);
          const pods = Int32Array.from(batch, ({ pod }) => pod);
          together.addAll(pods, samplesOf(batch.map(({ latency }) => latency)));
        }
        expectSame(together, apart);
      }),
    );
  });

  it('keep their counts when there are more pods', () => {
    const together = new PodHistograms();
    together.reserve(1);
    for (let i = 0; i < 1000; i++) together.add(0, 77);
    together.reserve(8);
    together.add(7, 5_000_000);
    expect(together.of(0)).toMatchObject({ count: 1000, counts: [1000] });
    expect(together.of(7)).toMatchObject({ count: 1, counts: [1] });
    expect(together.of(3)).toEqual({ count: 0, precision: PRECISION, offset: 0, counts: [] });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LATENCY_BANDS, LATENCY_PARTS } from '../../src/contract/result.ts';
import { PartsByLatency } from '../../src/stats/parts-by-latency.ts';
import { Sample } from '../../src/stats/sample.ts';

// The same cases in every run; another seed is another search.
fc.configureGlobal({ seed: 42 });

const parts = fc.array(fc.nat(1e9), {
  minLength: LATENCY_PARTS.length,
  maxLength: LATENCY_PARTS.length,
});
const requests = fc.array(parts, { maxLength: 300 });

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function sampleOf(ns: number): Sample {
  const sample = new Sample();
  sample.set(ns);
  return sample;
}

function recorded(all: readonly (readonly number[])[]): PartsByLatency {
  const table = new PartsByLatency();
  for (const one of all) table.record(sampleOf(sum(one)), Float64Array.from(one));
  return table;
}

describe('parts by latency', () => {
  it('lose nothing: counts and sums of all bands are those of all requests', () => {
    fc.assert(
      fc.property(requests, (all) => {
        const bands = recorded(all).bands(LATENCY_BANDS);
        expect(sum(bands.map(({ count }) => count))).toBe(all.length);
        LATENCY_PARTS.forEach((_, part) => {
          const expected = sum(all.map((one) => one[part]!));
          const found = sum(bands.map(({ count, meanNs }) => count * meanNs[part]!));
          expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * expected);
        });
      }),
    );
  });

  it('are the same whether recorded together or merged', () => {
    fc.assert(
      fc.property(requests, requests, (one, other) => {
        const merged = recorded(one);
        merged.merge(recorded(other));
        const together = recorded([...one, ...other]);
        expect(merged.bands(LATENCY_BANDS)).toEqual(together.bands(LATENCY_BANDS));
      }),
    );
  });

  it('tell what the slow ones wait for', () => {
    const table = new PartsByLatency();
    const queue = LATENCY_PARTS.indexOf('queue');
    const service = LATENCY_PARTS.indexOf('service');
    for (let i = 0; i < 1000; i++) {
      const row = new Float64Array(LATENCY_PARTS.length);
      row[service] = 1_000_000;
      // One in a hundred queues for nine times its service.
      if (i % 100 === 0) row[queue] = 9_000_000;
      table.record(sampleOf(row[service] + row[queue]!), row);
    }
    const bands = new Map(table.bands(LATENCY_BANDS).map((band) => [band.band, band]));
    expect(bands.get('p0-p50')).toMatchObject({ count: 500 });
    expect(bands.get('p0-p50')!.meanNs[queue]).toBe(0);
    for (const name of ['p99-p99.9', 'p99.9-p100']) {
      expect(bands.get(name)!.meanNs[queue]).toBe(9_000_000);
      expect(bands.get(name)!.meanNs[service]).toBe(1_000_000);
    }
  });

  it('divide a bucket that lies across the edge of two bands in proportion', () => {
    const table = new PartsByLatency();
    const row = new Float64Array(LATENCY_PARTS.length);
    row[0] = 10;
    for (let i = 0; i < 10; i++) table.record(sampleOf(10), row);
    const bands = table.bands([
      { name: 'most', from: 0, to: 0.7 },
      { name: 'rest', from: 0.7, to: 1 },
    ]);
    expect(bands.map(({ count }) => count)).toEqual([7, 3]);
    expect(bands.map(({ meanNs }) => meanNs[0])).toEqual([10, 10]);
  });

  it('refuse a latency that is not whole nanoseconds', () => {
    const row = new Float64Array(LATENCY_PARTS.length);
    expect(() => new PartsByLatency().record(sampleOf(-1), row)).toThrow('whole nanoseconds');
    expect(() => new PartsByLatency().record(sampleOf(NaN), row)).toThrow('whole nanoseconds');
  });
});

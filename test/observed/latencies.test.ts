/** Latencies that are counted as they come: exact while they are few, in buckets beyond, in steps where a log rounds. */
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../src/contract/distribution.ts';
import { createVariate } from '../../src/engine/distributions/registry.ts';
import { RandomStream } from '../../src/engine/random.ts';
import { fitsOf } from '../../src/observed/fits.ts';
import {
  EXACT_MAX,
  LatencyTally,
  latencyQuantile,
  resampledValues,
} from '../../src/observed/latencies.ts';
import type { ObservedLatencies } from '../../src/observed/latencies.ts';
import { clfMoment, isoMoment, readLatency } from '../../src/observed/times.ts';

function sampleOf(distribution: Distribution, count: number): Float64Array {
  const out = new Float64Array(count);
  createVariate(distribution).fill(out, count, RandomStream.open(9, distribution.kind));
  return out.map((ns) => Math.max(1, Math.round(ns)));
}

function tallied(values: Iterable<number>, isCut = false): ObservedLatencies {
  const tally = new LatencyTally();
  for (const ns of values) tally.add(ns);
  return tally.observed(isCut);
}

const TRUTH = { kind: 'lognormal', mu: Math.log(6e6), sigma: 0.7 } as const;
const MS = 1e6;

describe('quantiles', () => {
  it.each([
    ['are those of the values while they are few', EXACT_MAX, 0],
    ['are within the width of a bucket beyond', 50_000, 1 / 2048],
  ])('%s', (_name, count, tolerance) => {
    const values = sampleOf(TRUTH, count);
    const observed = tallied(values);
    const sorted = values.toSorted();
    for (const q of [0.01, 0.5, 0.9, 0.999]) {
      const exact = sorted[Math.ceil(q * count) - 1]!;
      expect(Math.abs(latencyQuantile(observed, q) - exact)).toBeLessThanOrEqual(tolerance * exact);
    }
    expect([observed.min, observed.max]).toEqual([sorted[0], sorted.at(-1)]);
  });

  it('of what is resampled are those of the log', () => {
    const observed = tallied(sampleOf(TRUTH, 50_000));
    const values = resampledValues(observed);
    expect(values.length).toBe(EXACT_MAX);
    for (const q of [0.1, 0.5, 0.99, 0.999]) {
      const resampled = values[Math.ceil(q * EXACT_MAX) - 1]!;
      expect(resampled / latencyQuantile(observed, q)).toBeCloseTo(1, 2);
    }
  });
});

describe('a log that cuts times to whole steps', () => {
  const step = 2 * MS;
  const cut = sampleOf(TRUTH, 20_000).map((ns) => Math.floor(ns / step) * step);

  it('is fitted as what was cut, not half a step too low', () => {
    const [fit] = fitsOf(tallied(cut, true));
    expect(fit!.family).toBe('lognormal');
    const { mu, sigma } = fit!.distribution as typeof TRUTH;
    // Four standard errors, sigma / sqrt(n) and sigma / sqrt(2 n): a false alarm in 8,000 seeds.
    expect(Math.abs(mu - TRUTH.mu)).toBeLessThan(4 * (TRUTH.sigma / Math.sqrt(20_000)));
    expect(Math.abs(sigma - TRUTH.sigma)).toBeLessThan(4 * (TRUTH.sigma / Math.sqrt(40_000)));
  });

  it('has its own values as quantiles', () => {
    const sorted = cut.toSorted();
    for (const q of [0.1, 0.5, 0.9, 0.99]) {
      expect(latencyQuantile(tallied(cut, true), q)).toBe(sorted[Math.ceil(q * 20_000) - 1]);
    }
  });
});

describe('a log that rounds', () => {
  const step = 2 * MS;
  const rounded = sampleOf(TRUTH, 20_000).map((ns) => Math.round(ns / step) * step);
  const observed = tallied(rounded);

  it('has its step found', () => {
    expect(observed.step).toBe(step);
    expect(tallied(sampleOf(TRUTH, 20_000)).step).toBeNull();
    expect(tallied(rounded.map((ns) => ns + 1)).step).toBeNull();
    // A step of 2 ms is fine for what takes seconds.
    expect(tallied(rounded.map((ns) => ns + 1e9)).step).toBeNull();
  });

  it('has the parameters recovered that it was rounded from, with zeros too', () => {
    const [best] = fitsOf(observed);
    expect(rounded.includes(0)).toBe(true);
    expect(best).toMatchObject({ family: 'lognormal', pValue: null, goodness: { isGood: true } });
    const found = best!.distribution as typeof TRUTH;
    // Five standard errors: 0.7 / √20,000 each, and a little for what rounding loses.
    expect(Math.abs(found.mu - TRUTH.mu)).toBeLessThan(0.03);
    expect(Math.abs(found.sigma - TRUTH.sigma)).toBeLessThan(0.03);
  });
});

describe('fits of a log', () => {
  it.each<[string, Distribution]>([
    ['lognormal', TRUTH],
    ['gamma', { kind: 'gamma', mean: 20e6 as never, cv: 0.6 }],
    ['weibull', { kind: 'weibull', mean: 20e6 as never, shape: 2.5 }],
  ])('begin with the family that it was drawn from: %s', (family, truth) => {
    for (const count of [5000, 60_000]) {
      const fits = fitsOf(tallied(sampleOf(truth, count)));
      expect(fits.map((fit) => fit.family)).toHaveLength(3);
      expect(fits[0]).toMatchObject({ family, goodness: { isGood: true } });
      expect(fits[0]!.pValue).toBeGreaterThan(0.01);
    }
  });

  it('are none of a constant, nor of few', () => {
    expect(fitsOf(tallied(new Float64Array(500).fill(5 * MS)))).toEqual([]);
    expect(fitsOf(tallied(sampleOf(TRUTH, 99)))).toEqual([]);
  });

  it('are the same whenever they are asked for', () => {
    const observed = tallied(sampleOf(TRUTH, 5000));
    expect(fitsOf(observed)).toEqual(fitsOf(observed));
  });
});

describe('moments', () => {
  it.each([
    ['2026-03-01T12:00:00Z', Date.UTC(2026, 2, 1, 12)],
    ['2026-03-01 12:00:00.250+02:00', Date.UTC(2026, 2, 1, 10, 0, 0, 250)],
    ['2024-02-29T23:59:59,5-0130', Date.UTC(2024, 2, 1, 1, 29, 59, 500)],
    ['1970-01-01T00:00:00Z', 0],
    ['2000-12-31T00:00:00', Date.UTC(2000, 11, 31)],
  ])('%s', (text, ms) => expect(isoMoment(text)).toBe(ms));

  it('agree with the calendar on every day of four centuries', () => {
    for (let day = -100_000; day < 50_000; day += 7) {
      const ms = day * 86_400_000;
      expect(isoMoment(new Date(ms).toISOString())).toBe(ms);
    }
  });

  it('of access logs have their zone', () => {
    expect(clfMoment('10/Oct/2000:13:55:36 -0700')).toBe(Date.UTC(2000, 9, 10, 20, 55, 36));
    expect(clfMoment('06/Feb/2009:12:14:14.655')).toBe(Date.UTC(2009, 1, 6, 12, 14, 14, 655));
    expect(clfMoment('10/Okt/2000:13:55:36 -0700')).toBeNull();
  });
});

describe('latencies in text', () => {
  it.each<[string, 'ns' | 'us' | 'ms' | 's' | null, object]>([
    ['12.5', 'ms', { ns: 12.5 * MS }],
    [' 12.5 ', 'us', { ns: 12_500 }],
    ['1.5s', 'ms', { ns: 1500 * MS }],
    ['250 ms', null, { ns: 250 * MS }],
    ['1e3', 'us', { ns: MS }],
    ['12', null, { unitless: true }],
    ['-3', 'ms', { problem: '"-3" is negative' }],
    ['1e999', 's', { problem: '"1e999" is longer than 104 days' }],
    ['', 'ms', { problem: '"" is not a time in ms' }],
    ['0x10', 'ms', { problem: '"0x10" is not a time in ms' }],
    ['Infinity', null, { problem: '"Infinity" is not a time' }],
  ])('%j in %s', (text, unit, wanted) => expect(readLatency(text, unit)).toEqual(wanted));
});

/** How requests came: processes whose rate and scatter are known by theory. */
import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../src/contract/distribution.ts';
import { createVariate } from '../../src/engine/distributions/registry.ts';
import { RandomStream } from '../../src/engine/random.ts';
import type { ObservedArrivals } from '../../src/observed/arrivals.ts';
import { ArrivalTally } from '../../src/observed/arrivals.ts';

const START = Date.UTC(2026, 2, 1, 9, 30);

function observe(moments: Iterable<number>): ObservedArrivals {
  const tally = new ArrivalTally();
  for (const ms of moments) tally.add(ms);
  return tally.observed(true)!;
}

/** `count` moments with independent gaps, ms. */
function renewal(gap: Distribution, count: number): Float64Array {
  const gaps = new Float64Array(count);
  createVariate(gap).fill(gaps, count, RandomStream.open(21, 'gaps'));
  let at = START;
  return gaps.map((ns) => (at += ns / 1e6));
}

const seconds = (value: number): never => (value * 1e9) as never;

describe('renewal processes, whose index of dispersion is the squared cv of the gaps in the long run (Cox & Lewis, 4.2)', () => {
  // Estimates of 50,000 gaps are within 5 % by more than five standard errors, but for the long run to set in.
  it.each<[string, Distribution, number]>([
    ['Poisson', { kind: 'exponential', mean: seconds(0.01) }, 1],
    ['regular', { kind: 'gamma', mean: seconds(0.01), cv: 0.5 }, 0.5],
    ['bursty', { kind: 'gamma', mean: seconds(0.01), cv: 2 }, 2],
  ])('%s', (name, gap, cv) => {
    const found = observe(renewal(gap, 50_000));
    expect(found.perSecond / 100).toBeCloseTo(1, 1);
    expect(found.gapCv! / cv).toBeCloseTo(1, 1);
    const { index, pValue } = found.dispersion!;
    if (name === 'Poisson') {
      expect(index).toBeCloseTo(1, 1);
      expect(pValue).toBeGreaterThan(0.01);
    } else {
      expect(pValue).toBeLessThan(1e-6);
      expect(name === 'bursty' ? index > 1.5 && index < 4.4 : index < 0.6).toBe(true);
    }
    expect(found.isSteady).toBe(true);
  });
});

/** A Poisson process whose rate is `rateAt`, up to `most`, by thinning (Lewis & Shedler 1979). */
function* thinned(rateAt: (ms: number) => number, most: number, spanMs: number): Generator<number> {
  const stream = RandomStream.open(3, 'thinning');
  for (let at = 0; at < spanMs;) {
    at += (-Math.log(1 - stream.next53()) * 1e3) / most;
    if (stream.next53() * most < rateAt(at) && at < spanMs) yield START + at;
  }
}

const HOUR = 3_600_000;

describe('rates over time', () => {
  it('that jump are steps, each with its rate', () => {
    const found = observe(thinned((ms) => (ms < 300_000 ? 50 : 200), 200, 600_000));
    expect(found.isSteady).toBe(false);
    expect(found.steps.length).toBeGreaterThan(5);
    for (const { atMs, perSecond } of found.steps) {
      const isAcross = atMs < 300_000 && atMs + found.stepMs > 300_000;
      if (!isAcross) expect(perSecond / (atMs < 300_000 ? 50 : 200)).toBeCloseTo(1, 0);
    }
    // A jump is no burst: neighbours are compared.
    expect(found.dispersion!.pValue).toBeGreaterThan(1e-4);
  });

  it('of days are seen by hour of the day, though the log ends within one', () => {
    const rateAt = (ms: number): number =>
      2 + 1.5 * Math.cos(((((START + ms) / HOUR) % 24) - 15) * ((2 * Math.PI) / 24));
    const found = observe(thinned(rateAt, 3.5, 61 * HOUR));
    expect(found.isSteady).toBe(false);
    expect(found.hours!.length).toBe(24);
    for (const { atMs, perSecond } of found.hours!) {
      const wanted = 2 + 1.5 * Math.cos((atMs / HOUR - 15) * ((2 * Math.PI) / 24));
      // 2 × 3600 × 0.5 requests and more an hour: within 10 % by four standard errors at the least.
      expect(perSecond / wanted).toBeGreaterThan(0.9);
      expect(perSecond / wanted).toBeLessThan(1.1);
    }
  });

  it('of less than a day are not by hour', () => {
    expect(observe(thinned(() => 1, 1, 20 * HOUR)).hours).toBeNull();
  });

  it('add up to the requests that came, in windows of any width', () => {
    for (const spanMs of [10_000, HOUR, 40 * 24 * HOUR]) {
      const moments = Array.from({ length: 40_000 }, (_, i) => START + (i * spanMs) / 40_000);
      const { steps, stepMs, count } = observe(moments);
      const total = steps.reduce((sum, { perSecond }) => sum + (perSecond * stepMs) / 1e3, 0);
      expect(count).toBe(40_000);
      expect(total / count).toBeCloseTo(1, 1);
      expect(steps.length).toBeLessThan(50);
    }
  });
});

describe('moments in whole seconds', () => {
  it('tell nothing of gaps, and of scatter only in windows as wide', () => {
    const moments = renewal({ kind: 'exponential', mean: seconds(0.02) }, 20_000);
    const found = observe(moments.map((ms) => Math.floor(ms / 1000) * 1000));
    expect([found.isWholeSeconds, found.gapCv]).toEqual([true, null]);
    expect(found.dispersion!.windowMs).toBe(1000);
    expect(found.dispersion!.index).toBeCloseTo(1, 0);
    expect(found.dispersion!.pValue).toBeGreaterThan(1e-3);
  });

  it('that are all one say nothing', () => {
    const tally = new ArrivalTally();
    tally.add(START);
    expect(tally.observed(true)).toBeNull();
    tally.add(START);
    expect(tally.observed(true)).toBeNull();
  });
});

it('memory does not grow with the log: moments over years are counted in wider windows', () => {
  const tally = new ArrivalTally();
  for (let i = 0; i < 400_000; i++) tally.add(START + i * 600_000);
  const windows = (tally as unknown as { windows: Map<number, number> }).windows;
  expect(windows.size).toBeLessThanOrEqual(100_001);
  expect(tally.observed(true)!.perSecond).toBeCloseTo(1 / 600, 6);
});

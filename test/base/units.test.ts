import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  parseDuration,
  parseNanoseconds,
  parseQuantity,
  parseRate,
  parseRatio,
  suggestDuration,
} from '../../src/base/units.ts';

describe('durations', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['1ns', 1],
    ['250us', 250e3],
    ['250\u00b5s', 250e3],
    ['250\u03bcs', 250e3],
    ['20ms', 20e6],
    ['1m30s', 90e9],
    ['1h1m1s1ms1us1ns', 3661001001001],
    ['1.5s', 1.5e9],
    ['.5s', 5e8],
    ['+2s', 2e9],
    ['1250000s', 1.25e15],
  ])('reads %s as Go does', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it.each([
    '',
    '+',
    '5',
    '5 s',
    '60sec',
    '-1s',
    's',
    '1m 30s',
    '1s!',
    '1e3s',
    '٣s',
    '9'.repeat(200),
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('keeps fractions of a nanosecond for costs and rounds them for times', () => {
    expect(parseNanoseconds('22.4ns')).toBe(22.4);
    expect(parseDuration('22.4ns')).toBe(22);
  });

  it('refuses what is longer than can be counted exactly', () => {
    expect(parseDuration('2501h')).toBe(2501 * 3600e9);
    expect(parseDuration('2502h')).toBeUndefined();
  });

  it.each([
    ['60sec', '60s'],
    ['5 minutes', '5m'],
    ['2d', '48h'],
    ['10MS', '10ms'],
    ['3 parsecs', undefined],
  ])('suggests for %j %j', (text, meant) => {
    expect(suggestDuration(text)).toBe(meant);
  });

  it('writes what it reads: parsing a formatted duration gives it back to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9e12 }), (microseconds) => {
        const ns = microseconds * 1e3;
        const shown = parseDuration(formatDuration(ns))!;
        // From a second on, milliseconds are shown.
        expect(Math.abs(shown - ns)).toBeLessThanOrEqual(ns < 1e9 ? 0 : 5e5);
      }),
      { seed: 1 },
    );
  });

  it.each([
    [0, '0s'],
    [22.4, '22.4ns'],
    [1500, '1.5us'],
    [250e3, '250us'],
    [90e9, '1m30s'],
    [600e9, '10m'],
    [3600e9, '1h'],
    [1.25e9, '1.25s'],
  ])('writes %d as %s', (nanoseconds, text) => {
    expect(formatDuration(nanoseconds)).toBe(text);
  });
});

describe('rates', () => {
  it.each([
    ['2000/s', 2000],
    ['90/m', 1.5],
    ['36/h', 0.01],
    ['2/ms', 2000],
    ['1e3/s', 1000],
    ['0/s', 0],
  ])('reads %s per second', (text, perSecond) => {
    expect(parseRate(text)).toBeCloseTo(perSecond, 12);
  });

  it.each(['2000', '2000 /s', '-1/s', '/s', '5/d', ''])('refuses %j', (text) => {
    expect(parseRate(text)).toBeUndefined();
  });
});

describe('ratios', () => {
  it.each([
    ['0.1%', 0.001],
    ['0.001', 0.001],
    [0.25, 0.25],
    ['100%', 1],
  ])('reads %s', (written, share) => {
    expect(parseRatio(written)).toBeCloseTo(share, 15);
  });

  it.each(['', '%', '-1%', 'half', '1 %'])('refuses %j', (text) => {
    expect(parseRatio(text)).toBeUndefined();
  });
});

describe('Kubernetes quantities', () => {
  it.each([
    ['500m', 0.5],
    ['256Mi', 256 * 2 ** 20],
    ['2', 2],
    [4, 4],
    ['1e3', 1000],
    ['1k', 1000],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['-1', -1],
    ['1E', 1e18],
  ])('reads %s', (written, value) => {
    expect(parseQuantity(written)).toBe(value);
  });

  it.each(['', 'm', '1 Gi', '1mi', '1KB', 'one'])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});

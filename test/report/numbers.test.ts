import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatChange,
  formatCompact,
  formatCount,
  formatRatio,
  formatShare,
  formatSignificant,
  formatTime,
  plural,
} from '../../src/report/numbers.ts';

fc.configureGlobal({ seed: 42 });

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_140_212, '1,140,212'],
    [-1234, '-1,234'],
  ])('groups thousands: %d is %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  it.each([
    [0, '0ms'],
    [9_100_000, '9.1ms'],
    [58_000_000, '58ms'],
    [143_400_000, '143ms'],
    [911e6, '911ms'],
    [1.84e9, '1.84s'],
    [2400e9, '2,400s'],
    [850, '850ns'],
    [30_250, '30.3us'],
    [999_999, '1ms'],
    [999.6e6, '1s'],
  ])('says %d ns with its unit: %s', (ns, text) => {
    expect(formatTime(ns)).toBe(text);
  });

  it.each([
    [0.164, '16.4%'],
    [0.0002, '0.02%'],
    [1, '100%'],
    [0, '0%'],
  ])('says the ratio %d in percent: %s', (ratio, text) => {
    expect(formatRatio(ratio)).toBe(text);
  });

  it('signs changes and aligns shares', () => {
    expect([
      formatChange(-0.329),
      formatChange(0),
      formatChange(12.34),
      formatChange(-4e-4),
    ]).toEqual(['-32.9%', '+0.0%', '+1,234%', '<0.1%']);
    expect(formatShare(1 / 8)).toBe('12.5%');
    expect([formatCompact(1_900_000), formatCompact(210_400), formatCompact(35)]).toEqual([
      '1.9M',
      '210k',
      '35',
    ]);
    expect([plural(1, 'pod'), plural(1200, 'pod')]).toEqual(['1 pod', '1,200 pods']);
  });

  it('keeps three significant digits of any positive number, and never an exponent', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (value) => {
        const text = formatSignificant(value);
        expect(text).toMatch(/^[\d,]+(\.\d+)?$/);
        const read = Number(text.replaceAll(',', ''));
        expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.max(value * 0.0051, 0.5e-9));
      }),
    );
  });
});

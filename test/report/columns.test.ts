import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { millisecondsCell, ratio, seconds } from '../../src/report/files/columns.ts';

fc.configureGlobal({ seed: 42 });

describe('cells of result files', () => {
  it('hold every nanosecond: the sixth decimal of a millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (ns) => {
        const [whole, fraction] = millisecondsCell(ns).split('.') as [string, string];
        expect(fraction).toHaveLength(6);
        expect(BigInt(whole) * 1_000_000n + BigInt(fraction)).toBe(BigInt(ns));
      }),
    );
  });

  it('are empty where there is nothing to say', () => {
    expect(millisecondsCell(null)).toBe('');
    expect(millisecondsCell(NaN)).toBe('');
    expect(ratio<number | null>('r', (row) => row).cell(null)).toBe('');
    expect(ratio<number | null>('r', (row) => row).cell(Infinity)).toBe('');
  });

  it('never show a negative zero', () => {
    expect(ratio<number>('r', (row) => row).cell(-1e-9)).toBe('0.000000');
    expect(millisecondsCell(-0.4)).toBe('0.000000');
    expect(millisecondsCell(-1_500_000)).toBe('-1.500000');
  });

  it('write seconds with six decimals', () => {
    expect(seconds<number>('s', (row) => row).cell(1_500_000_000)).toBe('1.500000');
  });
});

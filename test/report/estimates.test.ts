import { describe, expect, it } from 'vitest';
import { formatRatio, formatTime } from '../../src/report/numbers.ts';
import { formatEstimate } from '../../src/report/text/estimates.ts';
import { estimateOf } from '../../src/study/figures/estimate.ts';

describe('an estimate in words', () => {
  it('is a mean and half its interval in percent of it', () => {
    expect(formatEstimate(estimateOf([9e6, 10e6, 11e6]), formatTime)).toBe('10ms ± 25%');
    expect(formatEstimate(estimateOf([9e6]), formatTime)).toBe('9ms');
    expect(formatEstimate(null, formatTime)).toBe('–');
  });

  it('of a share that is 0 throughout has the bound, rounded to the safe side', () => {
    const share = { n: 3, halfWidth: null, method: 'clopperPearson' } as const;
    const never = { ...share, mean: 0, low: 0, high: 0.0000384 };
    expect(formatEstimate(never, formatRatio)).toBe('0% (<0.004%)');
    const always = { ...share, mean: 1, low: 1 - 0.00021, high: 1 };
    expect(formatEstimate(always, formatRatio)).toBe('100%');
  });
});

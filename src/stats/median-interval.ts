/** The median of independent values, whatever their distribution, with the interval of order statistics. */
import { assert } from '../base/assert.ts';
import { quantileRanks } from './interval.ts';

export interface MedianInterval {
  readonly median: number;
  /** Bounds; null where there are too few values for the confidence asked for: fewer than 6 for 95 %. */
  readonly low: number | null;
  readonly high: number | null;
  /** Number of values. */
  readonly n: number;
}

/** See quantileRanks; `values` are at least one. */
export function medianInterval(values: readonly number[], confidence: number): MedianInterval {
  const n = values.length;
  assert(n >= 1, 'there is no median of nothing');
  const sorted = values.toSorted((a, b) => a - b);
  const median = (sorted[Math.floor((n - 1) / 2)]! + sorted[Math.floor(n / 2)]!) / 2;
  const { low, high } = quantileRanks(n, 1 / 2, confidence);
  return low === null || high === null
    ? { median, low: null, high: null, n }
    : { median, low: sorted[low - 1]!, high: sorted[high - 1]!, n };
}

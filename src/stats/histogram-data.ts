/** What a histogram says, read from its data where they lie: a run has hundreds of histograms, and most are read a few times. */
import { assert } from '../base/assert.ts';
import type { HistogramData } from '../contract/result.ts';
import { bucketOf, lowestOf, widthOf } from './log-linear.ts';

/** As much of a histogram as it takes to read it. */
export type CountedValues = Omit<HistogramData, 'counts'> & { readonly counts: ArrayLike<number> };

/** Mean of all values, ns; NaN where there is none. */
export const meanOf = ({ count, sum }: Pick<HistogramData, 'count' | 'sum'>): number => sum / count;

/**
 * The value that a share `q` (0 to 1) of all values does not exceed, ns; NaN where there is none.
 * Inside a bucket its values count as spread evenly. Those of 0 and of 1 are exact.
 */
export function quantileOf(values: CountedValues, q: number): number {
  assert(q >= 0 && q <= 1, `a quantile is asked for by a share from 0 to 1: ${q}`);
  const { count, min, max, precision, offset, counts } = values;
  if (count === 0) return NaN;
  if (q === 1) return max;
  const rank = toRank(q, count);
  if (rank === 0) return min;
  let below = 0;
  let index = 0;
  while (below + counts[index]! < rank) below += counts[index++]!;
  const bucket = offset + index;
  const share = (rank - below) / counts[index]!;
  const value = lowestOf(bucket, precision) + share * (widthOf(bucket, precision) - 1);
  return Math.min(Math.max(value, min), max);
}

/** The share of all values that does not exceed `ns`, 0 to 1, the inverse of a quantile; NaN where there is none. */
export function shareUpTo(values: CountedValues, ns: number): number {
  const { count, min, max, precision, offset, counts } = values;
  if (count === 0) return NaN;
  if (ns < min) return 0;
  if (ns >= max) return 1;
  const bucket = bucketOf(Math.floor(ns), precision);
  let below = 0;
  for (let i = 0; i < bucket - offset; i++) below += counts[i]!;
  const inside = counts[bucket - offset]!;
  const width = Math.max(1, widthOf(bucket, precision) - 1);
  const share = Math.min(1, (ns - lowestOf(bucket, precision)) / width);
  return (below + inside * share) / count;
}

/** Rank, 0 to count, of quantile `q`, unspoilt by rounding: 0.07 × 100 is 7. */
function toRank(q: number, count: number): number {
  const rank = q * count;
  const nearest = Math.round(rank);
  return Math.abs(rank - nearest) <= 1e-12 * count ? nearest : rank;
}

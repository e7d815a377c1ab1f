/**
 * How well a distribution fits what was observed: the Kolmogorov-Smirnov distance, and how far off its percentiles are.
 *
 * A test alone does not tell whether a fit will do: with a thousand observations it passes what is wrong in the tail, with a
 * million it rejects what nobody could tell apart. So a fit is judged by its largest errors, `LIMITS`.
 */
import type { Distribution } from '../../contract/distribution.ts';
import { quantileOf, tailOf } from '../distributions/tail.ts';
import type { Buckets } from './buckets.ts';
import { countOf, quantileOfBuckets } from './buckets.ts';

/** What a fit may be off by. */
export const LIMITS = {
  /** Of the shares below any time. */
  distance: 0.05,
  /** Of any percentile, relative to the observed one. */
  quantile: 0.1,
  /** Percentiles with fewer observations beyond them are not judged: chance alone moves them so far. */
  beyond: 100,
} as const;

const JUDGED = [0.5, 0.9, 0.99, 0.999] as const;

export interface QuantileError {
  readonly q: number;
  /** In ns, as the next. */
  readonly observed: number;
  readonly fitted: number;
  /** Relative to the observed one. */
  readonly error: number;
}

export interface Goodness {
  /** The largest difference of the shares below any time, 0 to 1. */
  readonly distance: number;
  readonly quantiles: readonly QuantileError[];
  /** The quantile that is furthest off; null where there are too few observations for any. */
  readonly worst: QuantileError | null;
  readonly isGood: boolean;
}

/** The largest difference between a distribution and times that are known exactly, ascending. */
export function distanceFromValues(distribution: Distribution, values: Float64Array): number {
  const tail = tailOf(distribution);
  const n = values.length;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    const share = 1 - tail(values[i]!);
    largest = Math.max(largest, share - i / n, (i + 1) / n - share);
  }
  return largest;
}

/** The same at the bounds of buckets, where alone it is known how many lie below. */
function distanceFromBuckets(distribution: Distribution, buckets: Buckets): number {
  const tail = tailOf(distribution);
  const total = countOf(buckets);
  let below = 0;
  let largest = 0;
  for (let i = 0; i < buckets.counts.length; i++) {
    largest = Math.max(largest, Math.abs(1 - tail(buckets.lower[i]!) - below / total));
    below += buckets.counts[i]!;
    largest = Math.max(largest, Math.abs(1 - tail(buckets.upper[i]!) - below / total));
  }
  return largest;
}

/** The percentiles that `count` observations tell of. */
export const judgedQuantiles = (count: number): readonly number[] =>
  JUDGED.filter((q) => count * (1 - q) >= LIMITS.beyond * (1 - 1e-9));

/**
 * @param values all of the times, ascending, where they are known exactly.
 * @param quantiles what the percentiles are judged at; by default those that the observations tell of.
 */
export function goodnessOf(
  distribution: Distribution,
  { buckets, values, quantiles }: Evidence,
): Goodness {
  const count = countOf(buckets);
  const judged = (quantiles ?? judgedQuantiles(count)).map((q): QuantileError => {
    const observed = quantileOfBuckets(buckets, q);
    const fitted = quantileOf(distribution, q);
    return { q, observed, fitted, error: Math.abs(fitted - observed) / Math.max(1, observed) };
  });
  const distance =
    values === null
      ? distanceFromBuckets(distribution, buckets)
      : distanceFromValues(distribution, values);
  const worst = judged.reduce<QuantileError | null>(
    (most, each) => (most === null || each.error > most.error ? each : most),
    null,
  );
  const isGood = distance <= LIMITS.distance && (worst === null || worst.error <= LIMITS.quantile);
  return { distance, quantiles: judged, worst, isGood };
}

export interface Evidence {
  readonly buckets: Buckets;
  readonly values: Float64Array | null;
  readonly quantiles?: readonly number[] | undefined;
}

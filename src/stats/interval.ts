/**
 * Confidence intervals over independent replications and for a quantile of one sample, and where a
 * binomial count lies. A. M. Law, Simulation Modeling and Analysis, chapters 4, 9 and 10.
 */
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { assert } from '../base/assert.ts';
import { firstWhere } from './first-where.ts';
import { binomialAtMost } from './special-functions/incomplete-beta.ts';
import { studentTwoSidedQuantile, studentTwoSidedTail } from './special-functions/student-t.ts';

const DEFAULT_CONFIDENCE = 0.95;

/** A mean, and the interval that holds the true one with the confidence asked for. */
export interface MeanInterval {
  readonly mean: number;
  readonly halfWidth: number;
  /** mean - halfWidth and mean + halfWidth. */
  readonly low: number;
  readonly high: number;
  /** Number of values. */
  readonly n: number;
}

/** The mean of independent, alike `values` (at least two) with Student's t interval. */
export function meanInterval(
  values: readonly number[],
  confidence: number = DEFAULT_CONFIDENCE,
): MeanInterval {
  const n = values.length;
  assert(n >= 2, `an interval takes at least two values, not ${n}`);
  const centre = mean(values as number[]);
  const halfWidth =
    (studentTwoSidedQuantile(confidence, n - 1) * sampleStandardDeviation(values as number[])) /
    Math.sqrt(n);
  return { mean: centre, halfWidth, low: centre - halfWidth, high: centre + halfWidth, n };
}

/** A mean difference, and how likely one at least as large is where there is none in truth. */
export interface PairedInterval extends MeanInterval {
  /** Two-sided, of the paired t test. */
  readonly pValue: number;
}

/**
 * The mean of `values[i] - reference[i]`: what differs between two variants when value i of both comes
 * from the same random numbers. What they share cancels out, so the interval is much narrower than
 * that of two independent means.
 */
export function pairedInterval(
  values: readonly number[],
  reference: readonly number[],
  confidence: number = DEFAULT_CONFIDENCE,
): PairedInterval {
  assert(
    values.length === reference.length,
    `${values.length} values do not pair with ${reference.length}`,
  );
  const differences = values.map((value, i) => value - reference[i]!);
  const interval = meanInterval(differences, confidence);
  const { n } = interval;
  const error = sampleStandardDeviation(differences) / Math.sqrt(n);
  // Differences all alike: certain where they are not 0, and no difference where they are.
  const t = interval.mean === 0 ? 0 : interval.mean / error;
  return { ...interval, pValue: studentTwoSidedTail(t, n - 1) };
}

/** The order statistics, counted from 1, between which a quantile lies; null: no observation is far enough out. */
export interface QuantileRanks {
  readonly low: number | null;
  readonly high: number | null;
  /** The confidence in fact, at least the one asked for. */
  readonly confidence: number;
}

/**
 * Where the true quantile `q` lies among `n` independent values in ascending order, whatever their
 * distribution: H. A. David, H. N. Nagaraja, Order Statistics, section 7.1. Equal tails. Latencies of
 * one run depend on each other, and their interval is wider than this.
 */
export function quantileRanks(
  n: number,
  q: number,
  confidence: number = DEFAULT_CONFIDENCE,
): QuantileRanks {
  assert(q > 0 && q < 1, `the interval of a quantile is asked for a share between 0 and 1: ${q}`);
  const tail = (1 - confidence) / 2;
  const atMost = (values: number): number => binomialAtMost(values, { trials: n, chance: q });
  // Value k lies above the quantile when fewer than k values lie below it.
  const low = firstWhere(0, n + 1, (rank) => atMost(rank) > tail);
  const high = 1 + firstWhere(0, n + 1, (values) => atMost(values) >= 1 - tail);
  return {
    low: low === 0 ? null : low,
    high: high > n ? null : high,
    confidence: (high > n ? 1 : atMost(high - 1)) - atMost(low - 1),
  };
}

/**
 * The range of counts, with equal tails, that a binomial number of successes leaves with probability at
 * most `beyond`.
 */
export function binomialRange(
  binomial: { readonly trials: number; readonly chance: number },
  beyond: number,
): { readonly low: number; readonly high: number } {
  const { trials, chance } = binomial;
  if (chance <= 0 || chance >= 1) {
    const sure = chance <= 0 ? 0 : trials;
    return { low: sure, high: sure };
  }
  const atMost = (count: number): number => binomialAtMost(count, binomial);
  return {
    low: firstWhere(0, trials, (count) => atMost(count) > beyond / 2),
    high: firstWhere(0, trials, (count) => atMost(count) >= 1 - beyond / 2),
  };
}

/**
 * By how much the values of one sample exceed those of another, with nothing assumed about their distribution but
 * that one is the other shifted, or stretched: the estimate of Hodges and Lehmann with the interval of Moses, which
 * belong to the test of Mann and Whitney. M. Hollander, D. A. Wolfe, E. Chicken, Nonparametric Statistical Methods, sections 4.2
 * and 4.3.
 */
import { assert } from '../base/assert.ts';
import { LARGE_SAMPLE } from './mann-whitney.ts';
import { rankSumDistribution } from './rank-sum-distribution.ts';
import { normalTwoSidedQuantile } from './special-functions/normal.ts';

/** Bounds are null where there are too few values for the confidence asked for. */
export interface Shift {
  /** The median over all pairs of a value and one of the reference. */
  readonly estimate: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** What a pair comes to; grows with the value and falls with the reference's. */
type Pairing = (value: number, reference: number) => number;

/** Of the differences between values and reference; neither is empty. */
export const medianDifference = (
  values: readonly number[],
  reference: readonly number[],
  confidence: number,
): Shift => shiftOf((value, other) => value - other, { values, reference, confidence });

/** Of the ratios of values to reference; no value is negative and all of the reference are positive. */
export function medianRatio(
  values: readonly number[],
  reference: readonly number[],
  confidence: number,
): Shift {
  assert(
    values.every((value) => value >= 0) && reference.every((value) => value > 0),
    'ratios are taken of values that are not negative to positive ones',
  );
  return shiftOf((value, other) => value / other, { values, reference, confidence });
}

function shiftOf(
  pairing: Pairing,
  samples: {
    readonly values: readonly number[];
    readonly reference: readonly number[];
    readonly confidence: number;
  },
): Shift {
  const values = samples.values.toSorted((a, b) => a - b);
  const reference = samples.reference.toSorted((a, b) => a - b);
  const pairs = values.length * reference.length;
  assert(pairs > 0, 'a shift takes values on both sides');
  const ofRank = (rank: number): number => pairOfRank(rank, pairing, { values, reference });
  const lower = ofRank(Math.ceil(pairs / 2));
  const upper = pairs % 2 === 1 ? lower : ofRank(pairs / 2 + 1);
  const rank = lowRank(values.length, reference.length, samples.confidence);
  return {
    estimate: (lower + upper) / 2,
    low: rank < 1 ? null : ofRank(rank),
    high: rank < 1 ? null : ofRank(pairs + 1 - rank),
  };
}

/** Which pair, counted from 1 in ascending order, bounds the interval from below; 0 where none is far enough out. */
function lowRank(m: number, n: number, confidence: number): number {
  const tail = (1 - confidence) / 2;
  if (m < LARGE_SAMPLE && n < LARGE_SAMPLE) {
    return rankSumDistribution(m, n).findIndex((atMost) => atMost > tail);
  }
  const deviation = Math.sqrt((m * n * (m + n + 1)) / 12);
  return Math.floor((m * n + 1) / 2 - normalTwoSidedQuantile(confidence) * deviation);
}

/**
 * The pair of a rank without a list of all pairs, whose length is a product: halves the range of numbers until the
 * smallest is left that as many pairs do not exceed.
 */
function pairOfRank(
  rank: number,
  pairing: Pairing,
  sorted: { readonly values: readonly number[]; readonly reference: readonly number[] },
): number {
  const { values, reference } = sorted;
  let low = pairing(values[0]!, reference.at(-1)!);
  let high = pairing(values.at(-1)!, reference[0]!);
  const isReached = (bound: number): boolean => {
    let count = 0;
    let first = 0;
    for (const value of values) {
      while (first < reference.length && pairing(value, reference[first]!) > bound) first++;
      count += reference.length - first;
    }
    return count >= rank;
  };
  if (isReached(low)) return low;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (isReached(middle)) high = middle;
    else low = middle;
  }
}

/**
 * Where a mean, and its confidence interval, will be when more replications are done, told from the first few: prediction
 * intervals for normal values (G. J. Hahn, W. Q. Meeker, Statistical Intervals, section 4.7). Exact where values are
 * independent and normal, and the count that is asked for does not depend on them.
 *
 * With n values of mean m and deviation s, and N in the end:
 * - the mean of all: (M - m) ÷ (s √(1/n - 1/N)) is Student's t with n - 1 degrees of freedom;
 * - the deviation of all: what the later values add to the sum of squares, over N - n, is to s² as F with N - n and n - 1.
 */
import { sampleStandardDeviation } from 'simple-statistics';
import { assert } from '../base/assert.ts';
import { fUpperQuantile } from './special-functions/f-distribution.ts';
import { studentTwoSidedQuantile } from './special-functions/student-t.ts';

/** What is known by now, and what of it is asked. */
export interface Foresight {
  /** The first replications: at least two. */
  readonly values: readonly number[];
  /** Replications in the end: more than there are. */
  readonly count: number;
  /** That it is farther all the same. */
  readonly chance: number;
}

/** How far the final mean will be from that of `values`, to one side, but for `chance`. */
export function meanReach({ values, count, chance }: Foresight): number {
  const n = values.length;
  assert(n >= 2 && count > n, `foresight takes two of more values: ${n} of ${count}`);
  const deviation = sampleStandardDeviation(values as number[]);
  return studentTwoSidedQuantile(1 - 2 * chance, n - 1) * deviation * Math.sqrt(1 / n - 1 / count);
}

/**
 * How far the end of the final interval of the mean, Student's t at `confidence`, will be from the mean of `values`, to
 * one side, but for `chance`: half of that for the mean, half for the deviation.
 */
export function intervalReach(foresight: Foresight, confidence: number): number {
  const { values, count } = foresight;
  const n = values.length;
  const chance = foresight.chance / 2;
  const variance = sampleStandardDeviation(values as number[]) ** 2;
  const added = fUpperQuantile(chance, { above: count - n, below: n - 1 });
  const widest = (variance * (n - 1 + (count - n) * added)) / (count - 1);
  const halfWidth = studentTwoSidedQuantile(confidence, count - 1) * Math.sqrt(widest / count);
  return meanReach({ ...foresight, chance }) + halfWidth;
}

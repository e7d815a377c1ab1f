/** How much larger one mean is than another, where the values come in pairs. */
import { mean, sampleCovariance, sampleVariance } from 'simple-statistics';
import { assert } from '../base/assert.ts';
import { studentTwoSidedQuantile } from './special-functions/student-t.ts';

/** Bounds of a ratio of means; null where the reference's mean cannot be told from 0. */
export interface RatioInterval {
  /** mean(values) / mean(reference). */
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The ratio of the means of `values` and `reference` with Fieller's interval: E. C. Fieller, "Some
 * problems in interval estimation", J. R. Stat. Soc. B 16 (1954). It knows that the reference was
 * measured, too, and leaves out 1 exactly where the paired t interval leaves out 0.
 *
 * Both lists have the same length of at least two; the reference's mean is not 0.
 */
export function ratioInterval(
  values: readonly number[],
  reference: readonly number[],
  confidence: number,
): RatioInterval {
  const n = values.length;
  assert(n >= 2 && reference.length === n, `${n} values do not pair with ${reference.length}`);
  const own = values as number[];
  const others = reference as number[];
  const top = mean(own);
  const bottom = mean(others);
  assert(bottom !== 0, 'no ratio to a mean of 0');
  const ratio = top / bottom;
  // The r for which the mean of own - r × others is within t standard errors of 0: a r² - 2 b r + c ≤ 0.
  const scale = studentTwoSidedQuantile(confidence, n - 1) ** 2 / n;
  const a = bottom ** 2 - scale * sampleVariance(others);
  const b = top * bottom - scale * sampleCovariance(own, others);
  const c = top ** 2 - scale * sampleVariance(own);
  if (a <= 0) return { ratio, low: null, high: null };
  const root = Math.sqrt(Math.max(0, b ** 2 - a * c));
  return { ratio, low: (b - root) / a, high: (b + root) / a };
}

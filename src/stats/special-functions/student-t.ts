/**
 * Student's t distribution, through the incomplete beta function: Abramowitz & Stegun, Handbook of
 * Mathematical Functions, 26.7.1.
 */
import { assert } from '../../base/assert.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { twoSidedQuantile } from './two-sided-quantile.ts';

/** P(|T| > t) with `degrees` of freedom: the two-sided p-value of a t statistic. */
export function studentTwoSidedTail(t: number, degrees: number): number {
  assert(degrees > 0, `Student's t takes more than 0 degrees of freedom: ${degrees}`);
  if (Math.abs(t) === Infinity) return 0;
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 1 / 2);
}

/** Those that were asked for, by confidence and degrees: reports ask for the same few again and again. */
const quantiles = new Map<number, Map<number, number>>();

/** The t that |T| exceeds with probability 1 - `confidence`: 2.776 for 0.95 and 4 degrees of freedom. */
export function studentTwoSidedQuantile(confidence: number, degrees: number): number {
  const known = quantiles.get(confidence) ?? new Map<number, number>();
  const quantile =
    known.get(degrees) ?? twoSidedQuantile((t) => studentTwoSidedTail(t, degrees), confidence);
  quantiles.set(confidence, known.set(degrees, quantile));
  return quantile;
}

/**
 * The standard normal distribution, through the incomplete gamma function: Abramowitz & Stegun, Handbook of
 * Mathematical Functions, 26.2.30 and 6.5.17.
 */
import { upperIncompleteGamma } from './incomplete-gamma.ts';
import { twoSidedQuantile } from './two-sided-quantile.ts';

/** P(|Z| > |z|). */
export const normalTwoSidedTail = (z: number): number => upperIncompleteGamma(1 / 2, (z * z) / 2);

/** P(Z > z). */
export function normalUpperTail(z: number): number {
  const half = normalTwoSidedTail(z) / 2;
  return z >= 0 ? half : 1 - half;
}

/** The z that |Z| exceeds with probability 1 - `confidence`: 1.960 for 0.95. */
export const normalTwoSidedQuantile = (confidence: number): number =>
  twoSidedQuantile(normalTwoSidedTail, confidence);

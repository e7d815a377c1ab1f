/**
 * The F distribution, through the incomplete beta function: Abramowitz & Stegun, Handbook of Mathematical
 * Functions, 26.6.2.
 */
import { incompleteBeta } from './incomplete-beta.ts';
import { twoSidedQuantile } from './two-sided-quantile.ts';

/** Degrees of freedom of the variance above and of the one below. */
export interface FDegrees {
  readonly above: number;
  readonly below: number;
}

/** P(F > x) of a ratio of two independent estimates of one variance. */
const tailOf = (x: number, { above, below }: FDegrees): number =>
  incompleteBeta(below / (below + above * x), below / 2, above / 2);

/** The ratio that is exceeded with probability `tail`: 5.409 for 0.05 with 3 above and 5 below. */
export const fUpperQuantile = (tail: number, degrees: FDegrees): number =>
  twoSidedQuantile((x) => tailOf(x, degrees), 1 - tail);

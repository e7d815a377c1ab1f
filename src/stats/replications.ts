/** How many replications tell a mean from a limit: A. M. Law, Simulation Modeling and Analysis, section 9.4.1. */
import { assert } from '../base/assert.ts';
import { firstWhere } from './first-where.ts';
import { studentTwoSidedQuantile } from './special-functions/student-t.ts';

/** More than anybody runs: what takes them is as good as never decided. */
const REPLICATIONS_MAX = 100_000;

/** What is known of a figure so far. */
export interface Spread {
  /** Standard deviation between replications. */
  readonly deviation: number;
  /** From the mean to the limit, more than 0, in the same unit. */
  readonly distance: number;
}

/**
 * The smallest number of replications whose interval, Student's t at `confidence`, reaches no farther than to the
 * limit, if mean and deviation stay what they are: the n for which t(n - 1) × s ÷ √n ≤ distance. Null: beyond reason.
 */
export function replicationsToDecide(
  { deviation, distance }: Spread,
  confidence: number,
): number | null {
  assert(distance > 0, `a mean at its limit is never decided: distance ${distance}`);
  const decides = (n: number): boolean =>
    studentTwoSidedQuantile(confidence, n - 1) * deviation <= distance * Math.sqrt(n);
  if (!decides(REPLICATIONS_MAX)) return null;
  return firstWhere(2, REPLICATIONS_MAX, decides);
}

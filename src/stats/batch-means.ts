/**
 * How well one run knows a figure: it is cut into batches, a figure each, and what these scatter says how far
 * the whole may be off. A. M. Law, Simulation Modeling and Analysis, section 9.5.3. Ten to thirty batches are
 * enough, and more make them short without narrowing the interval: B. Schmeiser, "Batch size effects in the
 * analysis of simulation output", Operations Research 30 (1982).
 *
 * Batches have to be long enough to know nothing of each other. Where neighbours still resemble each other
 * there is no interval: it would be too narrow. The test is von Neumann's ratio, as in G. S. Fishman,
 * "Grouping observations in digital simulation", Management Science 24 (1978).
 */
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { assert } from '../base/assert.ts';
import { studentTwoSidedQuantile } from './special-functions/student-t.ts';

/** A normal variable is above it with probability 5 %. */
const NORMAL_95 = 1.644854;

/** Fewer batches cannot tell whether they depend on each other. */
const FEWEST = 8;

/**
 * Half the width of Student's t interval of their mean, with as many degrees of freedom as there are batches
 * less one; null where neighbouring batches are too much alike for it, or they are fewer than eight.
 */
export function batchMeansHalfWidth(batches: readonly number[], confidence: number): number | null {
  const k = batches.length;
  if (k < FEWEST || neighboursAreAlike(batches)) return null;
  const deviation = sampleStandardDeviation(batches as number[]);
  return (studentTwoSidedQuantile(confidence, k - 1) * deviation) / Math.sqrt(k);
}

/**
 * Whether each value resembles the one before it more than chance explains, one time in twenty: one less half
 * von Neumann's ratio is, of independent values, about normal with mean 0 and variance (k - 2) / (k² - 1).
 */
export function neighboursAreAlike(values: readonly number[]): boolean {
  const k = values.length;
  assert(k >= 3, `neighbours are told from chance by at least three values, not ${k}`);
  const centre = mean(values as number[]);
  let steps = 0;
  let squares = 0;
  for (const [i, value] of values.entries()) {
    squares += (value - centre) ** 2;
    if (i > 0) steps += (value - values[i - 1]!) ** 2;
  }
  if (squares === 0) return false;
  const likeness = 1 - steps / (2 * squares);
  return likeness > NORMAL_95 * Math.sqrt((k - 2) / (k ** 2 - 1));
}

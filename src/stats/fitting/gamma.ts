/**
 * Gamma distributions. The most likely mean is the mean; the shape k solves ln k - ψ(k) = ln(mean) - mean(ln x): Johnson,
 * Kotz, Balakrishnan, Continuous Univariate Distributions, 2nd edition, 1994, section 17.7.
 */
import { assert } from '../../base/assert.ts';
import type { Duration } from '../../base/time.ts';
import type { Distribution } from '../../contract/distribution.ts';
import { digamma, trigamma } from '../special-functions/digamma.ts';
import type { Family } from './family.ts';
import { logMomentsOf } from './family.ts';

const ofMean = (mean: number, cv: number): Distribution => ({
  kind: 'gamma',
  mean: mean as Duration,
  cv,
});

/** The k with ln k - ψ(k) = `excess`, by Newton's method in 1/k, in which the left side is nearly straight. */
function shapeOf(excess: number): number {
  // Section 17.7's approximation to within 1.5 %.
  let shape = (3 - excess + Math.sqrt((excess - 3) ** 2 + 24 * excess)) / (12 * excess);
  for (let step = 0; step < 50; step++) {
    const error = Math.log(shape) - digamma(shape) - excess;
    const slope = 1 / shape - trigamma(shape);
    const inverse = 1 / shape + error / (shape * shape * slope);
    const next = inverse > 0 ? 1 / inverse : shape * 2;
    if (Math.abs(next - shape) <= 1e-12 * shape) return next;
    shape = next;
  }
  return shape;
}

export const GAMMA: Family = {
  name: 'gamma',
  fit(points) {
    const { mean, meanLog } = logMomentsOf(points);
    // Above 0 by Jensen's inequality; rounding may take it there where all values are nearly equal.
    const excess = Math.max(Math.log(mean) - meanLog, 1e-12);
    return ofMean(mean, 1 / Math.sqrt(shapeOf(excess)));
  },
  coordinates(member) {
    assert(member.kind === 'gamma', `not gamma: ${member.kind}`);
    return [Math.log(member.mean), Math.log(member.cv)];
  },
  at: ([logMean, logCv]) => ofMean(Math.exp(logMean), Math.exp(logCv)),
};

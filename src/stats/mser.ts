/**
 * How much of the start of a series belongs to its warm-up, by MSER: K. P. White Jr., "An effective truncation
 * heuristic for bias reduction in simulation output", Simulation 69 (1997); in batches of five (MSER-5): K. P.
 * White, M. J. Cobb, S. C. Spratt, "A comparison of five steady-state truncation heuristics for simulation",
 * Winter Simulation Conference 2000. What is left out biases the mean, what is left scatters it: the cut is where
 * the marginal standard error of the rest is smallest.
 */
import { assert } from '../base/assert.ts';

/** The last batches, of which too few are left for their scatter to mean anything, are never cut down to. */
const REMAINING = 5;

/**
 * The number of leading `values` to leave out, a multiple of `batch`; null where the smallest error lies beyond the
 * first half: then the series is too short for its warm-up, or does not settle, and the cut is not to be trusted.
 */
export function mserCut(values: readonly number[], batch: number = 5): number | null {
  const k = Math.floor(values.length / batch);
  assert(k > REMAINING, `MSER takes more than ${REMAINING} batches of ${batch}, not ${k}`);
  const means = Array.from({ length: k }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < batch; j++) sum += values[i * batch + j]!;
    return sum / batch;
  });
  // From the end backwards: the mean and the squares about it, by Welford's update.
  let best = Infinity;
  let cut = 0;
  let mean = 0;
  let squares = 0;
  for (let left = 1; left <= k; left++) {
    const value = means[k - left]!;
    const step = value - mean;
    mean += step / left;
    squares += step * (value - mean);
    const error = squares / left ** 2;
    // Of equals the earliest cut: it leaves out least.
    if (left < REMAINING || error > best) continue;
    best = error;
    cut = k - left;
  }
  return cut > k / 2 ? null : cut * batch;
}

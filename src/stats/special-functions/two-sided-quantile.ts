/** Quantiles of symmetric distributions from their tails. */
import { assert } from '../../base/assert.ts';

/**
 * The x > 0 that |X| exceeds with probability 1 - `confidence`, where `tail(x)` is P(|X| > x) and falls
 * from 1 at 0 towards 0.
 */
export function twoSidedQuantile(tail: (x: number) => number, confidence: number): number {
  assert(confidence > 0 && confidence < 1, `a confidence is between 0 and 1: ${confidence}`);
  const wanted = 1 - confidence;
  let high = 1;
  while (tail(high) > wanted) high *= 2;
  let low = high === 1 ? 0 : high / 2;
  // Halving until no double lies between takes some fifty steps and cannot go astray.
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (tail(middle) > wanted) low = middle;
    else high = middle;
  }
}

/**
 * Bisection over the values of one parameter, as far as they are known: which ones are to be looked at next. The
 * values are in the order in which more and more is met: none up to some place, and all from there on. Pure.
 */

/** Of each value whether it meets every threshold; null: not known. */
export type Known = readonly (boolean | null)[];

/**
 * The value to look at next, in the middle of those between the last that is known not to meet the thresholds and
 * the first that is known to; null where none is left, and the first that is met is the answer.
 */
export function nextToTry(known: Known): number | null {
  const first = known.indexOf(true);
  const low = known.lastIndexOf(false) + 1;
  const high = (first === -1 ? known.length : first) - 1;
  return low > high ? null : (low + high) >> 1;
}

/** The most values that are looked at of so many: ⌈log₂(count + 1)⌉. */
export const triesAtMost = (count: number): number => Math.ceil(Math.log2(count + 1));

/**
 * Where the chance of an event lies that was seen so many times in so many independent trials: the exact
 * interval of C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the
 * case of the binomial", Biometrika 26 (1934). It holds the true chance at least as often as it says, and
 * says something where the event was never seen, which an interval by a variance does not.
 *
 * Left out: trials that depend on each other. Events that come in bursts leave a wider range.
 */
import { assert } from '../base/assert.ts';
import { binomialAtMost } from './special-functions/incomplete-beta.ts';

/** Bounds of a chance, 0–1. */
export interface ProportionInterval {
  readonly low: number;
  readonly high: number;
}

/** The interval for `successes` of `trials`, with equal tails. */
export function proportionInterval(
  { successes, trials }: { readonly successes: number; readonly trials: number },
  confidence: number,
): ProportionInterval {
  assert(
    trials > 0 && successes >= 0 && successes <= trials,
    `a proportion is of at least one trial: ${successes} of ${trials}`,
  );
  const tail = (1 - confidence) / 2;
  return {
    // As many or more would come with probability `tail` only, were the chance this low.
    low:
      successes === 0
        ? 0
        : chanceAt((chance) => binomialAtMost(successes - 1, { trials, chance }) > 1 - tail),
    high:
      successes === trials
        ? 1
        : chanceAt((chance) => binomialAtMost(successes, { trials, chance }) > tail),
  };
}

/** The chance up to which `holds`, by halving: to the last digit of a double, or to 1e-18. */
function chanceAt(holds: (chance: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high || high < 1e-18) return middle;
    if (holds(middle)) low = middle;
    else high = middle;
  }
}

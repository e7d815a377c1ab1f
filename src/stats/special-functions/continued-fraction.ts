import { assert } from '../../base/assert.ts';

// Stands for 0 in a denominator, so that the next step repairs it.
const TINY = 1e-300;
const LIMIT = 1_000_000;

/**
 * a1 / (b1 + a2 / (b2 + …)) to the precision of a double, by the modified Lentz method: W. H. Press et
 * al., Numerical Recipes, section 5.2. `term(n)` gives a_n and b_n, from n = 1.
 */
export function continuedFraction(
  term: (n: number) => { numerator: number; denominator: number },
): number {
  let value = TINY;
  let c = TINY;
  let d = 0;
  for (let n = 1; n < LIMIT; n++) {
    const { numerator, denominator } = term(n);
    d = denominator + numerator * d || TINY;
    c = denominator + numerator / c || TINY;
    d = 1 / d;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) <= Number.EPSILON) return value;
  }
  assert(false, `a continued fraction has not converged after ${LIMIT} terms`);
}

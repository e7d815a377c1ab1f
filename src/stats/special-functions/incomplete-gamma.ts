/**
 * The regularised incomplete gamma functions, to about twelve digits: by the power series below
 * a + 1 and by the continued fraction, evaluated as W. J. Lentz and Thompson & Barnett do, above it.
 * Abramowitz & Stegun, Handbook of Mathematical Functions, 6.5.29 and 6.5.31.
 */
import { gammaln } from 'simple-statistics';
import { assert } from '../../base/assert.ts';
import { continuedFraction } from './continued-fraction.ts';

/** Q(a, x) = Γ(a, x) / Γ(a) for a > 0, x ≥ 0: the upper tail. */
export function upperIncompleteGamma(a: number, x: number): number {
  assert(a > 0 && x >= 0, `Q(a, x) takes a > 0 and x ≥ 0: a = ${a}, x = ${x}`);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1 ? 1 - series(a, x) : fraction(a, x);
}

/** x^a e^-x / Γ(a) */
const prefactor = (a: number, x: number): number => Math.exp(a * Math.log(x) - x - gammaln(a));

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return prefactor(a, x) * sum;
}

function fraction(a: number, x: number): number {
  const value = continuedFraction((n) => ({
    numerator: n === 1 ? 1 : (n - 1) * (a - n + 1),
    denominator: x + 2 * n - 1 - a,
  }));
  return prefactor(a, x) * value;
}

/** P(X > `statistic`) of the χ² distribution with `degrees` of freedom. */
export function chiSquareTail(statistic: number, degrees: number): number {
  return upperIncompleteGamma(degrees / 2, statistic / 2);
}

/**
 * The regularised incomplete beta function, to about twelve digits, by its continued fraction
 * (Abramowitz & Stegun, Handbook of Mathematical Functions, 26.5.8), and the binomial distribution.
 */
import { gammaln } from 'simple-statistics';
import { assert } from '../../base/assert.ts';
import { continuedFraction } from './continued-fraction.ts';

/** I_x(a, b) for a, b > 0 and x from 0 to 1. */
export function incompleteBeta(x: number, a: number, b: number): number {
  assert(a > 0 && b > 0, `I_x(a, b) takes a > 0 and b > 0: a = ${a}, b = ${b}`);
  assert(x >= 0 && x <= 1, `I_x(a, b) takes x from 0 to 1: ${x}`);
  if (x === 0 || x === 1) return x;
  // The fraction converges fast below the mean; above it, the other tail is taken.
  return x < (a + 1) / (a + b + 2) ? fraction(x, a, b) : 1 - fraction(1 - x, b, a);
}

function fraction(x: number, a: number, b: number): number {
  const front = Math.exp(
    gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log1p(-x),
  );
  const value = continuedFraction((n) => {
    if (n === 1) return { numerator: 1, denominator: 1 };
    const m = (n - 1) >> 1;
    const k = a + 2 * m;
    const numerator =
      (n - 1) % 2 === 0
        ? (m * (b - m) * x) / ((k - 1) * k)
        : (-(a + m) * (a + b + m) * x) / (k * (k + 1));
    return { numerator, denominator: 1 };
  });
  return (front * value) / a;
}

/** P(X ≤ successes) for X binomial: `trials` of chance `chance` each. */
export function binomialAtMost(
  successes: number,
  { trials, chance }: { trials: number; chance: number },
): number {
  if (successes < 0) return 0;
  if (successes >= trials) return 1;
  return incompleteBeta(1 - chance, trials - successes, successes + 1);
}

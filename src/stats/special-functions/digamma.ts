/**
 * The first two derivatives of ln Γ, to about twelve digits: their asymptotic series above 10, reached by the
 * recurrences. Abramowitz & Stegun, Handbook of Mathematical Functions, 6.3.5, 6.3.18, 6.4.6 and 6.4.12.
 */
import { assert } from '../../base/assert.ts';

const ENOUGH = 10;

/** ψ(x) for x > 0. */
export function digamma(x: number): number {
  assert(x > 0, `ψ(x) takes x > 0: ${x}`);
  let shift = 0;
  let z = x;
  for (; z < ENOUGH; z += 1) shift -= 1 / z;
  const w = 1 / (z * z);
  const series = w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w / 132))));
  return shift + Math.log(z) - 0.5 / z - series;
}

/** ψ'(x) for x > 0. */
export function trigamma(x: number): number {
  assert(x > 0, `ψ'(x) takes x > 0: ${x}`);
  let shift = 0;
  let z = x;
  for (; z < ENOUGH; z += 1) shift += 1 / (z * z);
  const w = 1 / (z * z);
  const series = w * (1 / 6 - w * (1 / 30 - w * (1 / 42 - w * (1 / 30 - (w * 5) / 66))));
  return shift + (1 + series) / z + 0.5 * w;
}

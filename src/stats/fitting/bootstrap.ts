/**
 * Whether a Kolmogorov-Smirnov distance is more than chance, where the parameters were estimated from the same values: the
 * tabulated critical values do not hold then (H. W. Lilliefors, Journal of the American Statistical Association 62,
 * 1967). So samples of the fitted distribution are fitted in turn, and their distances compared: the parametric bootstrap of
 * W. Stute, W. González Manteiga, M. Presedo Quindimil, Metrika 40, 1993.
 */
import type { Distribution } from '../../contract/distribution.ts';
import type { Family } from './family.ts';
import { distanceFromValues } from './goodness.ts';

/** Samples drawn: a p-value is a multiple of 1/200. */
const SAMPLES = 199;
/** Larger logs are compared with samples of this size: the distance times the root of the size settles before that. */
const SIZE_MAX = 500;

/**
 * The p-value of `distance`, which a fit of `family` has from `count` exactly known values.
 *
 * @param draw fills an array with values of the fitted distribution, ns.
 */
export function bootstrapPValue(
  family: Family,
  { distance, count }: { readonly distance: number; readonly count: number },
  draw: (out: Float64Array) => void,
): number {
  const size = Math.min(count, SIZE_MAX);
  const values = new Float64Array(size);
  const weights = new Float64Array(size).fill(1);
  const scaled = distance * Math.sqrt(count);
  let asFar = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    draw(values);
    for (let i = 0; i < size; i++) values[i] = Math.max(values[i]!, Number.MIN_VALUE);
    values.subarray().sort();
    const fitted: Distribution = family.fit({ values, weights });
    if (distanceFromValues(fitted, values) * Math.sqrt(size) >= scaled) asFar += 1;
  }
  return (1 + asFar) / (1 + SAMPLES);
}

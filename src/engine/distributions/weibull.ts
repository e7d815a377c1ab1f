import { gammaln } from 'simple-statistics';
import { standardExponential } from '../ziggurat.ts';
import { constant } from './constant.ts';
import type { Variate } from './variate.ts';

/**
 * Mean `mean` ns; `shape` below 1 has a heavier tail than the exponential, above 1 a lighter one.
 * By inversion, scale × E^(1/shape), with a standard exponential E for -ln U.
 */
export function weibull({ mean, shape }: { mean: number; shape: number }): Variate {
  if (mean === 0) return constant(0);
  const power = 1 / shape;
  const scale = mean / Math.exp(gammaln(1 + power));
  return {
    mean,
    constant: null,
    fill(out, count, stream) {
      for (let i = 0; i < count; i++) out[i] = scale * Math.pow(standardExponential(stream), power);
    },
  };
}

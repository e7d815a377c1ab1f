import { standardNormal } from '../ziggurat.ts';
import { constant } from './constant.ts';
import type { Variate } from './variate.ts';

/** exp(N): `mu` and `sigma` are those of the normal N, for a value in ns. */
export function lognormal({ mu, sigma }: { mu: number; sigma: number }): Variate {
  if (sigma === 0) return constant(Math.exp(mu));
  return {
    mean: Math.exp(mu + (sigma * sigma) / 2),
    constant: null,
    fill(out, count, stream) {
      for (let i = 0; i < count; i++) out[i] = Math.exp(mu + sigma * standardNormal(stream));
    },
  };
}

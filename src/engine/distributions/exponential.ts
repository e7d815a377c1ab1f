import { fillExponential } from '../ziggurat.ts';
import { constant } from './constant.ts';
import type { Variate } from './variate.ts';

/** Memoryless, with mean `mean` ns. */
export function exponential({ mean }: { mean: number }): Variate {
  if (mean === 0) return constant(0);
  return {
    mean,
    constant: null,
    fill(out, count, stream) {
      fillExponential(out, count, mean, stream);
    },
  };
}

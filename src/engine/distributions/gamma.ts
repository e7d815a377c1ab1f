/**
 * The gamma distribution, and Erlang's as its case of a whole-numbered shape: G. Marsaglia,
 * W. W. Tsang, "A Simple Method for Generating Gamma Variables", ACM Transactions on Mathematical
 * Software 26(3), 2000. Below shape 1, with the same authors' boost by U^(1/shape), where
 * U^(1/shape) = exp(-E/shape) for a standard exponential E.
 */
import type { RandomStream } from '../random.ts';
import { standardExponential, standardNormal } from '../ziggurat.ts';
import { constant } from './constant.ts';
import type { Variate } from './variate.ts';

/** Mean `mean` ns, standard deviation `cv` × mean. */
export function gamma({ mean, cv }: { mean: number; cv: number }): Variate {
  return cv === 0 ? constant(mean) : gammaOfShape({ mean, shape: 1 / (cv * cv) });
}

/** Sum of `k` exponentials of equal mean, together of mean `mean` ns. */
export function erlang({ mean, k }: { mean: number; k: number }): Variate {
  return gammaOfShape({ mean, shape: k });
}

function gammaOfShape({ mean, shape }: { mean: number; shape: number }): Variate {
  if (mean === 0) return constant(0);
  const scale = mean / shape;
  const boosted = shape < 1;
  const d = (boosted ? shape + 1 : shape) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  return {
    mean,
    constant: null,
    fill(out, count, stream) {
      if (boosted) {
        for (let i = 0; i < count; i++) {
          const boost = Math.exp(-standardExponential(stream) / shape);
          out[i] = scale * boost * d * cubedNormal({ c, d, stream });
        }
      } else {
        for (let i = 0; i < count; i++) out[i] = scale * d * cubedNormal({ c, d, stream });
      }
    },
  };
}

/** The accepted (1 + cX)³ of a normal X: d times it is gamma distributed with shape d + 1/3. */
function cubedNormal({ c, d, stream }: { c: number; d: number; stream: RandomStream }): number {
  for (;;) {
    const x = standardNormal(stream);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = stream.next();
    const xx = x * x;
    if (u < 1 - 0.0331 * xx * xx || Math.log(u) < 0.5 * xx + d * (1 - v + Math.log(v))) return v;
  }
}

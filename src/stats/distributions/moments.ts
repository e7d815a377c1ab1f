/**
 * Mean and variance of a plan's distributions, in closed form. Formulas: N. L. Johnson, S. Kotz, N. Balakrishnan,
 * Continuous Univariate Distributions, 2nd edition, 1994. The mean is the sampler's, before its rounding to whole ns.
 */
import { gammaln } from 'simple-statistics';
import type { Distribution } from '../../contract/distribution.ts';

/** In ns and ns²; Infinity where there is none. */
export interface Moments {
  readonly mean: number;
  readonly variance: number;
}

export function momentsOf(distribution: Distribution): Moments {
  switch (distribution.kind) {
    case 'constant':
      return { mean: distribution.value, variance: 0 };
    case 'uniform': {
      const { min, max } = distribution;
      return { mean: (min + max) / 2, variance: (max - min) ** 2 / 12 };
    }
    case 'exponential':
      return ofMean(distribution.mean, 1);
    case 'erlang':
      return ofMean(distribution.mean, 1 / distribution.k);
    case 'gamma':
      return ofMean(distribution.mean, distribution.cv ** 2);
    case 'lognormal': {
      const { mu, sigma } = distribution;
      return ofMean(Math.exp(mu + sigma ** 2 / 2), Math.expm1(sigma ** 2));
    }
    case 'weibull': {
      const { mean, shape } = distribution;
      return ofMean(mean, Math.expm1(gammaln(1 + 2 / shape) - 2 * gammaln(1 + 1 / shape)));
    }
    case 'pareto':
      return ofRaw([paretoMoment(distribution, 1), paretoMoment(distribution, 2)]);
    case 'hyperexponential':
      return mixed(distribution.of.map(({ weight, mean }) => ({ weight, of: ofMean(mean, 1) })));
    case 'mixture':
      return mixed(distribution.of.map(({ weight, of }) => ({ weight, of: momentsOf(of) })));
    case 'empirical':
      return mixed(
        distribution.values.map((value) => ({ weight: 1, of: { mean: value, variance: 0 } })),
      );
    case 'histogram': {
      const { upper, counts } = distribution;
      return mixed(
        counts.map((weight, i) => {
          const from = i === 0 ? 0 : upper[i - 1]!;
          const width = upper[i]! - from;
          return { weight, of: { mean: from + width / 2, variance: width ** 2 / 12 } };
        }),
      );
    }
  }
}

/** Squared coefficient of variation; 0 where the mean is 0. */
export const squaredCv = ({ mean, variance }: Moments): number =>
  mean === 0 ? 0 : variance / mean ** 2;

const ofMean = (mean: number, cv2: number): Moments => ({ mean, variance: cv2 * mean ** 2 });

const ofRaw = ([first, second]: readonly [number, number]): Moments => ({
  mean: first,
  variance: first === Infinity ? Infinity : Math.max(0, second - first ** 2),
});

/** E[X^k], by the integral of x^k over the density. */
function paretoMoment(
  { min, alpha, max = Infinity }: { min: number; alpha: number; max?: number },
  k: number,
): number {
  if (min === 0 || max === min) return min ** k;
  if (max === Infinity) return alpha > k ? (alpha * min ** k) / (alpha - k) : Infinity;
  const ratio = Math.log(max / min);
  const below = -Math.expm1(-alpha * ratio);
  const power = k - alpha;
  const integral = power === 0 ? ratio : Math.expm1(power * ratio) / power;
  return (alpha * min ** k * integral) / below;
}

/** Of a choice by weight: the mean of the variances and the variance of the means. */
function mixed(parts: readonly { readonly weight: number; readonly of: Moments }[]): Moments {
  const used = parts.filter(({ weight }) => weight > 0);
  const total = used.reduce((sum, { weight }) => sum + weight, 0);
  const mean = used.reduce((sum, { weight, of }) => sum + weight * of.mean, 0) / total;
  if (mean === Infinity) return { mean, variance: Infinity };
  const variance = used.reduce(
    (sum, { weight, of }) => sum + weight * (of.variance + (of.mean - mean) ** 2),
    0,
  );
  return { mean, variance: variance / total };
}

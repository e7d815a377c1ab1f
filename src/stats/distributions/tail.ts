/**
 * P(X > t) of a plan's distributions, t in ns, and the quantiles that follow from it. Formulas: Johnson, Kotz,
 * Balakrishnan, Continuous Univariate Distributions, 2nd edition, 1994.
 */
import { gammaln } from 'simple-statistics';
import type { Distribution } from '../../contract/distribution.ts';
import { upperIncompleteGamma } from '../special-functions/incomplete-gamma.ts';
import { momentsOf } from './moments.ts';

export type Tail = (t: number) => number;

/** Below 0 nothing lies, whatever the distribution. */
export function tailOf(distribution: Distribution): Tail {
  const positive = tailFrom0(distribution);
  return (t) => (t < 0 ? 1 : positive(t));
}

/** The time that a share `q` (0 ≤ q < 1) does not exceed: the least t with P(X > t) ≤ 1 - q. */
export function quantileOf(distribution: Distribution, q: number): number {
  const tail = tailOf(distribution);
  if (tail(0) <= 1 - q) return 0;
  let low = 0;
  let high = Math.max(1, Math.min(momentsOf(distribution).mean, Number.MAX_SAFE_INTEGER));
  while (tail(high) > 1 - q) {
    low = high;
    high *= 2;
  }
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (tail(middle) > 1 - q) low = middle;
    else high = middle;
  }
  return high;
}

function tailFrom0(distribution: Distribution): Tail {
  switch (distribution.kind) {
    case 'constant':
      return step(distribution.value);
    case 'uniform': {
      const { min, max } = distribution;
      return max === min ? step(min) : (t) => clamp((max - t) / (max - min));
    }
    case 'exponential':
      return exponential(distribution.mean);
    case 'erlang':
      return gamma(distribution.mean, distribution.k);
    case 'gamma':
      return distribution.cv === 0
        ? step(distribution.mean)
        : gamma(distribution.mean, distribution.cv ** -2);
    case 'lognormal': {
      const { mu, sigma } = distribution;
      if (sigma === 0) return step(Math.exp(mu));
      return (t) => (t === 0 ? 1 : normalTail((Math.log(t) - mu) / sigma));
    }
    case 'weibull': {
      const { mean, shape } = distribution;
      if (mean === 0) return step(0);
      const scale = mean / Math.exp(gammaln(1 + 1 / shape));
      return (t) => Math.exp(-((t / scale) ** shape));
    }
    case 'pareto':
      return pareto(distribution);
    case 'hyperexponential':
      return mixed(distribution.of.map(({ weight, mean }) => ({ weight, of: exponential(mean) })));
    case 'mixture':
      return mixed(distribution.of.map(({ weight, of }) => ({ weight, of: tailFrom0(of) })));
    case 'empirical': {
      const { values } = distribution;
      return (t) => 1 - countUpTo(values, t) / values.length;
    }
    case 'histogram':
      return histogram(distribution);
  }
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

const step =
  (at: number): Tail =>
  (t) =>
    t < at ? 1 : 0;

const exponential = (mean: number): Tail => (mean === 0 ? step(0) : (t) => Math.exp(-t / mean));

const gamma = (mean: number, shape: number): Tail =>
  mean === 0 ? step(0) : (t) => upperIncompleteGamma(shape, (t * shape) / mean);

/** P(Z > z) of the standard normal: half of Q(1/2, z²/2), on either side. */
function normalTail(z: number): number {
  const half = upperIncompleteGamma(0.5, (z * z) / 2) / 2;
  return z >= 0 ? half : 1 - half;
}

function pareto({
  min,
  alpha,
  max = Infinity,
}: {
  min: number;
  alpha: number;
  max?: number;
}): Tail {
  if (min === 0 || max === min) return step(min);
  const beyond = max === Infinity ? 0 : (min / max) ** alpha;
  return (t) => (t <= min ? 1 : t >= max ? 0 : ((min / t) ** alpha - beyond) / (1 - beyond));
}

function mixed(parts: readonly { readonly weight: number; readonly of: Tail }[]): Tail {
  const used = parts.filter(({ weight }) => weight > 0);
  const total = used.reduce((sum, { weight }) => sum + weight, 0);
  return (t) => used.reduce((sum, { weight, of }) => sum + (weight / total) * of(t), 0);
}

/** How many of the ascending `values` are at most `t`. */
function countUpTo(values: readonly number[], t: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

function histogram({
  upper,
  counts,
}: {
  readonly upper: readonly number[];
  readonly counts: readonly number[];
}): Tail {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const above: number[] = [];
  let sum = 0;
  for (let i = counts.length - 1; i >= 0; i--) {
    above[i] = sum;
    sum += counts[i]!;
  }
  return (t) => {
    const i = countUpTo(upper, t);
    if (i >= upper.length) return 0;
    const from = i === 0 ? 0 : upper[i - 1]!;
    const inside = (upper[i]! - t) / (upper[i]! - from);
    return (above[i]! + counts[i]! * inside) / total;
  };
}

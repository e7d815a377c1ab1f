/**
 * Weibull distributions. The most likely shape k solves Σ x^k ln x / Σ x^k - 1/k = mean(ln x), whose left side rises
 * with k; the scale is then the k-th root of the mean of x^k: Johnson, Kotz, Balakrishnan, Continuous Univariate
 * Distributions, 2nd edition, 1994, section 21.5.
 */
import { gammaln } from 'simple-statistics';
import { assert } from '../../base/assert.ts';
import type { Duration } from '../../base/time.ts';
import type { Family, Points } from './family.ts';
import { logMomentsOf } from './family.ts';

/** ln Γ(1 + 1/shape): from scale to mean. */
const logMeanOfScale1 = (shape: number): number => gammaln(1 + 1 / shape);

/** Sums over the values divided by the largest, so that no power overflows. */
class Powers {
  readonly count: number;
  private readonly logs: Float64Array;
  private readonly weights: Float64Array;
  private readonly meanLog: number;

  constructor(points: Points, largest: number) {
    this.weights = points.weights;
    this.logs = points.values.map((value) => Math.log(value / largest));
    const { count, meanLog } = logMomentsOf(points);
    this.count = count;
    this.meanLog = meanLog - Math.log(largest);
  }

  /** Σ x^k */
  sum(shape: number): number {
    return this.logs.reduce((sum, log, i) => sum + this.weights[i]! * Math.exp(shape * log), 0);
  }

  /** Above 0 where `shape` is too large. */
  excess(shape: number): number {
    let powers = 0;
    let weighted = 0;
    for (let i = 0; i < this.logs.length; i++) {
      const power = this.weights[i]! * Math.exp(shape * this.logs[i]!);
      powers += power;
      weighted += power * this.logs[i]!;
    }
    return weighted / powers - 1 / shape - this.meanLog;
  }
}

/** No log of latencies is narrower or wider than shapes from here to its inverse. */
const SHAPE_MIN = 1e-4;

export const WEIBULL: Family = {
  name: 'weibull',
  fit(points) {
    const largest = points.values.reduce((most, value) => Math.max(most, value), 0);
    const powers = new Powers(points, largest);
    let low = 1;
    let high = 1;
    while (powers.excess(low) > 0 && low > SHAPE_MIN) low /= 2;
    while (powers.excess(high) < 0 && high < 1 / SHAPE_MIN) high *= 2;
    // Regula falsi with halved ends (the Illinois method): sure as bisection, and much faster.
    let below = powers.excess(low);
    let above = powers.excess(high);
    let shape = low;
    for (let step = 0; step < 100 && high - low > 1e-12 * high; step++) {
      const next = (low * above - high * below) / (above - below);
      const isSame = Math.abs(next - shape) <= 1e-13 * next;
      shape = next;
      const error = powers.excess(shape);
      if (error === 0 || isSame) break;
      if (error > 0) {
        high = shape;
        above = error;
        below /= 2;
      } else {
        low = shape;
        below = error;
        above /= 2;
      }
    }
    const logScale = Math.log(largest) + Math.log(powers.sum(shape) / powers.count) / shape;
    const mean = Math.exp(logScale + logMeanOfScale1(shape));
    return { kind: 'weibull', mean: mean as Duration, shape };
  },
  coordinates(member) {
    assert(member.kind === 'weibull', `not weibull: ${member.kind}`);
    return [Math.log(member.mean), Math.log(member.shape)];
  },
  at: ([logMean, logShape]) => ({
    kind: 'weibull',
    mean: Math.exp(logMean) as Duration,
    shape: Math.exp(logShape),
  }),
};

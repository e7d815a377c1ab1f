/** Parameters of the lognormal distribution from what people know of it. */
import type { Distribution } from '../../contract/plan.ts';

/** Quantile 0.99 of the standard normal distribution. */
const NORMAL_P99 = 2.3263478740408408;

/** The lognormal distribution with this median and this 99th percentile, both in ns. */
export function lognormalOfQuantiles(p50: number, p99: number): Distribution {
  const mu = Math.log(p50);
  return { kind: 'lognormal', mu, sigma: (Math.log(p99) - mu) / NORMAL_P99 };
}

/** The lognormal distribution with this mean in ns and this coefficient of variation. */
export function lognormalOfMoments(mean: number, cv: number): Distribution {
  const variance = Math.log(1 + cv * cv);
  return { kind: 'lognormal', mu: Math.log(mean) - variance / 2, sigma: Math.sqrt(variance) };
}

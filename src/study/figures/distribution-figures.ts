/** The figures that metrics take from a distribution: its mean, its percentiles, its largest value. */
import type { HistogramData } from '../../contract/result.ts';
import { meanOf, quantileOf } from '../../stats/histogram-data.ts';

/** Percentiles by the last word of a metric, as shares. */
export const QUANTILES: ReadonlyMap<string, number> = new Map([
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
]);

/**
 * The figure of a distribution that the metric's last word names; null where it has no values.
 *
 * @throws TypeError for one that does not exist.
 */
export function figureOf(latency: HistogramData, metric: string): number | null {
  if (latency.count === 0) return null;
  const name = metric.slice(metric.indexOf('.') + 1);
  if (name === 'mean') return meanOf(latency);
  if (name === 'max') return latency.max;
  const quantile = QUANTILES.get(name);
  if (quantile === undefined) throw new TypeError(`unknown metric ${metric}`);
  return quantileOf(latency, quantile);
}

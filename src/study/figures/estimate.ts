/** A figure over replications: its mean, and how well it is known. */
import { meanInterval } from '../../stats/interval.ts';
import { proportionInterval } from '../../stats/proportion-interval.ts';
import type { MetricQuery } from './query.ts';

/** The confidence of every interval of a study. */
export const CONFIDENCE = 0.95;

/**
 * How an interval was made. `studentT`: over the replications. `batchMeans`: over stretches of the only
 * replication. `clopperPearson`: of a share that is 0 or 1 in all replications, over all their requests, as if
 * these failed independently of each other.
 */
export type IntervalMethod = 'studentT' | 'batchMeans' | 'clopperPearson';

/** From where to where the true figure lies, in the figure's own unit. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** A mean over `n` replications, in the figure's own unit. */
export interface Estimate {
  readonly mean: number;
  /** Half the width of the interval at CONFIDENCE; null where there is none, or it lies on one side of the mean. */
  readonly halfWidth: number | null;
  /** Its bounds: equally far from the mean, but of a percentile of one run; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly method: IntervalMethod | null;
  readonly n: number;
}

/** The estimate from one value per replication, by Student's t; null where there is none. */
export function estimateOf(values: readonly number[]): Estimate | null {
  if (values.length === 0) return null;
  const n = values.length;
  if (n === 1) {
    return { mean: values[0]!, halfWidth: null, low: null, high: null, method: null, n };
  }
  const { mean, halfWidth, low, high } = meanInterval(values, CONFIDENCE);
  return { mean, halfWidth, low, high, method: 'studentT', n };
}

/** What an estimate is made from, of one run. */
export interface MeasuredRun {
  /** Null where there is no population. */
  value(query: MetricQuery): number | null;
  /** The run's own interval by batch means; null: it has none. */
  batchInterval(query: MetricQuery): Bounds | null;
}

/** The estimate of a metric, with the interval that suits it; null where no run has a value. */
export function estimateMetric(query: MetricQuery, runs: readonly MeasuredRun[]): Estimate | null {
  const measured = runs.filter((run) => run.value(query) !== null);
  const estimate = estimateOf(measured.map((run) => run.value(query)!));
  if (estimate === null) return null;
  const share = isShareOfRequests(query.metric) ? ofNoneOrAll(query, measured, estimate) : null;
  if (share !== null || estimate.n > 1) return share ?? estimate;
  const bounds = measured[0]!.batchInterval(query);
  if (bounds === null) return estimate;
  const halfWidth = (bounds.high - bounds.low) / 2;
  return { ...estimate, halfWidth, ...bounds, method: 'batchMeans' };
}

/** `errors.ratio`, and those of single causes and reasons. */
export const isShareOfRequests = (metric: string): boolean =>
  metric.startsWith('errors.') && metric !== 'errors.count';

/** Where all requests of all replications fared alike there is no scatter to tell from, yet not all is known. */
function ofNoneOrAll(
  query: MetricQuery,
  measured: readonly MeasuredRun[],
  estimate: Estimate,
): Estimate | null {
  const { mean } = estimate;
  if (mean !== 0 && mean !== 1) return null;
  const requests = { ...query, metric: 'requests' };
  const trials = measured.reduce((sum, run) => sum + (run.value(requests) ?? 0), 0);
  if (trials === 0) return null;
  const bounds = proportionInterval({ successes: mean * trials, trials }, CONFIDENCE);
  return { ...estimate, halfWidth: null, ...bounds, method: 'clopperPearson' };
}

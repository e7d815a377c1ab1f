/**
 * What one run by itself tells of the precision of its latencies: its timeline, merged into batches.
 *
 * A percentile of a batch is off to one side, the farther the more alike neighbouring requests are. So the
 * interval of a percentile goes by the share of each batch that does not exceed the run's percentile, and is
 * turned into latencies by the run's own distribution: P. Heidelberger, P. A. W. Lewis, "Quantile estimation in
 * dependent sequences", Operations Research 32 (1984). Where that share may be 1 there is no interval.
 *
 * Left out: windows beside `all` and single clients, which have no timeline of their own; runs whose load or
 * cluster changes by plan, whose parts are not alike; percentiles that lie among a batch's few slowest requests.
 * Of queues that are 90 % busy the intervals of high percentiles hold the true one less often than they say, as
 * a busy spell may last longer than a batch; replications know better.
 */
import type { Plan } from '../../contract/plan.ts';
import type { HistogramData, IntervalResult, RunResult } from '../../contract/result.ts';
import { batchMeansHalfWidth } from '../../stats/batch-means.ts';
import { pooled } from '../../stats/histogram.ts';
import { meanOf, quantileOf, shareUpTo } from '../../stats/histogram-data.ts';
import { steadyUntil } from '../steady-stretch.ts';
import { QUANTILES } from './distribution-figures.ts';
import { CONFIDENCE } from './estimate.ts';
import type { Bounds } from './estimate.ts';

/** Batches are twenty or a few more: as many intervals of the timeline each as leave no fewer. */
const BATCHES = 20;

/** Requests of a batch that have to lie beyond its percentile, or it is the figure of a handful. */
const REQUESTS_BEYOND = 30;

export interface BatchMeans {
  readonly batches: number;
  /** The interval by metric, of those over all clients in the window `all`; ns. */
  readonly intervals: Readonly<Record<string, Bounds>>;
}

/** The batches of a run; null where it has none, or none of its figures an interval. */
export function batchMeansOf(plan: Plan, run: RunResult): BatchMeans | null {
  if (steadyUntil(plan) < plan.warmUp + plan.duration) return null;
  const rows = run.timeline.filter(({ atNs }) => atNs + plan.interval <= plan.duration);
  if (rows.length < BATCHES) return null;
  const batches = merged(rows, Math.floor(rows.length / BATCHES));
  const fewest = Math.min(...batches.map(({ count }) => count));
  if (fewest < REQUESTS_BEYOND) return null;
  const whole = pooled(batches);
  const intervals: Record<string, Bounds> = {};
  const mean = meanBounds(batches, whole);
  if (mean !== null) intervals['latency.mean'] = mean;
  for (const [name, quantile] of QUANTILES) {
    if (fewest * (1 - quantile) < REQUESTS_BEYOND) continue;
    const bounds = quantileBounds(batches, whole, quantile);
    if (bounds !== null) intervals[`latency.${name}`] = bounds;
  }
  return Object.keys(intervals).length === 0 ? null : { batches: batches.length, intervals };
}

function meanBounds(batches: readonly HistogramData[], whole: HistogramData): Bounds | null {
  const means = batches.map(meanOf);
  const halfWidth = batchMeansHalfWidth(means, CONFIDENCE);
  if (halfWidth === null) return null;
  return { low: meanOf(whole) - halfWidth, high: meanOf(whole) + halfWidth };
}

function quantileBounds(
  batches: readonly HistogramData[],
  whole: HistogramData,
  quantile: number,
): Bounds | null {
  const value = quantileOf(whole, quantile);
  const shares = batches.map((batch) => shareUpTo(batch, value));
  const halfWidth = batchMeansHalfWidth(shares, CONFIDENCE);
  if (halfWidth === null || quantile + halfWidth >= 1 || quantile <= halfWidth) return null;
  return {
    low: quantileOf(whole, quantile - halfWidth),
    high: quantileOf(whole, quantile + halfWidth),
  };
}

/** Batches of `size` intervals; what is left over at the end belongs to none. */
function merged(intervals: readonly IntervalResult[], size: number): readonly HistogramData[] {
  return Array.from({ length: Math.floor(intervals.length / size) }, (_, batch) =>
    pooled(intervals.slice(batch * size, (batch + 1) * size).map(({ latency }) => latency)),
  );
}

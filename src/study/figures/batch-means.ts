/**
 * What one run by itself tells of the precision of its latencies: its timeline, merged into batches.
 *
 * Left out: windows beside `all` and single clients, which have no timeline of their own; runs whose load or
 * cluster changes by plan, whose parts are not alike; percentiles that lie among a batch's few slowest requests.
 */
import type { Plan } from '../../contract/plan.ts';
import type { IntervalResult, RunResult } from '../../contract/result.ts';
import { batchMeansHalfWidth } from '../../stats/batch-means.ts';
import { Histogram } from '../../stats/histogram.ts';
import { steadyUntil } from '../replications/steady-stretch.ts';
import { figureOf, QUANTILES } from './distribution-figures.ts';
import { CONFIDENCE } from './estimate.ts';

/** Batches are twenty or a few more: as many intervals of the timeline each as leave no fewer. */
const BATCHES = 20;

/** Requests of a batch that have to lie beyond its percentile, or it is the figure of a handful. */
const REQUESTS_BEYOND = 10;

export interface BatchMeans {
  readonly batches: number;
  /** Half the width of the interval by metric, of those over all clients in the window `all`; ns. */
  readonly halfWidths: Readonly<Record<string, number>>;
}

/** The batches of a run; null where it has none, or none of its figures an interval. */
export function batchMeansOf(plan: Plan, run: RunResult): BatchMeans | null {
  if (steadyUntil(plan) < plan.warmUp + plan.duration) return null;
  const whole = run.timeline.filter(({ atNs }) => atNs + plan.interval <= plan.duration);
  if (whole.length < BATCHES) return null;
  const batches = merged(whole, Math.floor(whole.length / BATCHES));
  const halfWidths: Record<string, number> = {};
  const fewest = Math.min(...batches.map(({ count }) => count));
  for (const [name, beyond] of [['mean', 1] as const, ...shareBeyond]) {
    if (fewest * beyond < REQUESTS_BEYOND) continue;
    const metric = `latency.${name}`;
    const values = batches.map((batch) => figureOf(batch, metric)!);
    const halfWidth = batchMeansHalfWidth(values, CONFIDENCE);
    if (halfWidth !== null) halfWidths[metric] = halfWidth;
  }
  if (Object.keys(halfWidths).length === 0) return null;
  return { batches: batches.length, halfWidths };
}

const shareBeyond: readonly (readonly [name: string, beyond: number])[] = [...QUANTILES].map(
  ([name, quantile]) => [name, 1 - quantile] as const,
);

/** Batches of `size` intervals; what is left over at the end belongs to none. */
function merged(intervals: readonly IntervalResult[], size: number): readonly Histogram[] {
  return Array.from({ length: Math.floor(intervals.length / size) }, (_, batch) => {
    const [first, ...others] = intervals.slice(batch * size, (batch + 1) * size);
    const histogram = Histogram.fromData(first!.latency);
    for (const { latency } of others) histogram.merge(Histogram.fromData(latency));
    return histogram;
  });
}

/**
 * The value of a metric in one run. Names, units and directions are those of contract/metrics.ts,
 * which thresholds are checked against when a scenario is loaded; how each is taken from a run is said in
 * a file a family below metrics/.
 */
import type { RunResult } from '../../contract/result.ts';
import { batchMeansOf } from './batch-means.ts';
import { estimateMetric } from './estimate.ts';
import type { Estimate } from './estimate.ts';
import { BREAKDOWN_MEASURES } from './metrics/breakdown.ts';
import { CHANGE_MEASURES } from './metrics/changes.ts';
import { CLIENT_MEASURES } from './metrics/clients.ts';
import { COURSE_MEASURES } from './metrics/course.ts';
import { RunFacts } from './metrics/facts.ts';
import type { Measure } from './metrics/facts.ts';
import { SERVICE_MEASURES } from './metrics/services.ts';
import { metricKey } from './query.ts';
import type { MetricQuery } from './query.ts';
import type { VariantRuns } from '../study.ts';

const MEASURES: ReadonlyMap<string, Measure> = new Map([
  ...CLIENT_MEASURES,
  ...BREAKDOWN_MEASURES,
  ...SERVICE_MEASURES,
  ...CHANGE_MEASURES,
  ...COURSE_MEASURES,
]);

/** The metrics of one run, in each metric's own unit: ns, 0–1, a count, or a rate per second. */
export class RunMetrics {
  private readonly facts: RunFacts;

  constructor(run: RunResult) {
    this.facts = new RunFacts(run);
  }

  /**
   * Null where the population is empty: the window never opened, no request was due, none ended, or no Service was
   * called.
   *
   * @throws TypeError for a metric that does not exist.
   */
  value(query: MetricQuery): number | null {
    const measure = MEASURES.get(query.metric);
    if (measure === undefined) throw new TypeError(`unknown metric ${query.metric}`);
    return this.facts.openNs(query.window) === 0 ? null : measure(this.facts, query);
  }
}

/** One value of one run: see RunMetrics. */
export const metricValue = (run: RunResult, query: MetricQuery): number | null =>
  new RunMetrics(run).value(query);

/** Metrics over the runs of a variant that have them, each with its interval; null where none has. */
export function metricEstimates(
  { plan, runs }: VariantRuns,
  queries: readonly MetricQuery[],
): readonly (Estimate | null)[] {
  const batches = runs.length === 1 ? batchMeansOf(plan, runs[0]!) : null;
  const measured = runs.map((run) => {
    const metrics = new RunMetrics(run);
    return {
      value: (query: MetricQuery) => metrics.value(query),
      batchInterval: (query: MetricQuery) => batches?.intervals[metricKey(query)] ?? null,
    };
  });
  return queries.map((query) => estimateMetric(query, measured));
}

/** One of them. */
export const metricEstimate = (variant: VariantRuns, query: MetricQuery): Estimate | null =>
  metricEstimates(variant, [query])[0]!;

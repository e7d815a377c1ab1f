/**
 * The value of a metric in one run. Names, units and directions are those of contract/metrics.ts,
 * which thresholds are checked against when a scenario is loaded.
 */
import { ERROR_CAUSES } from '../contract/plan.ts';
import type { Plan } from '../contract/plan.ts';
import type { RunResult } from '../contract/result.ts';
import { clientFigures, windowNs } from './client-figures.ts';
import type { ClientFigures } from './client-figures.ts';
import { serviceBalances } from './service-balance.ts';
import type { ServiceBalance } from './service-balance.ts';

/** What is asked of a run. */
export interface MetricQuery {
  readonly metric: string;
  readonly window: string;
  /** One client by name, or null for all of them pooled. */
  readonly client: string | null;
  /** One Service by name, or null for the one that is worst off. */
  readonly service: string | null;
}

const LATENCY_QUANTILES: ReadonlyMap<string, number> = new Map([
  ['latency.p50', 0.5],
  ['latency.p90', 0.9],
  ['latency.p95', 0.95],
  ['latency.p99', 0.99],
  ['latency.p999', 0.999],
]);

type BalanceMetric = Exclude<keyof ServiceBalance, 'service' | 'pods' | 'requests'>;

/** The balance metrics, and which of two Services is worse off. */
const BALANCE_METRICS: ReadonlyMap<
  string,
  { readonly field: BalanceMetric; readonly worst: (...values: number[]) => number }
> = new Map([
  ['balance.maxOverMean', { field: 'maxOverMean', worst: Math.max }],
  ['balance.minOverMean', { field: 'minOverMean', worst: Math.min }],
  ['balance.cv', { field: 'cv', worst: Math.max }],
  ['balance.jain', { field: 'jain', worst: Math.min }],
  ['balance.chiSquare', { field: 'chiSquare', worst: Math.max }],
  ['balance.pValue', { field: 'pValue', worst: Math.min }],
]);

/** Metrics of what clients saw; null where there is nothing to take them from. */
function clientMetric(metric: string, figures: ClientFigures, seconds: number): number | null {
  const { requests, latency } = figures;
  if (metric === 'requests') return requests;
  if (metric === 'throughput') return seconds > 0 ? figures.succeeded / seconds : null;
  if (metric.startsWith('errors.')) {
    if (requests === 0) return null;
    if (metric === 'errors.ratio') return figures.failed / requests;
    if (metric === 'errors.count') return figures.failed;
    const cause = ERROR_CAUSES.find((candidate) => metric === `errors.${candidate}`);
    if (cause !== undefined) return (figures.errors.get(cause) ?? 0) / requests;
  }
  if (metric.startsWith('latency.')) {
    if (latency.count === 0) return null;
    if (metric === 'latency.mean') return latency.mean();
    if (metric === 'latency.max') return latency.max;
    const quantile = LATENCY_QUANTILES.get(metric);
    if (quantile !== undefined) return latency.quantile(quantile);
  }
  throw new TypeError(`unknown metric ${metric}`);
}

/**
 * The value of a metric, in the metric's own unit: ns, 0–1, a count, or a rate per second.
 * Null where its population is empty: no request was due, none ended, or no Service was called.
 *
 * @throws TypeError for a metric that does not exist.
 */
export function metricValue(plan: Plan, run: RunResult, query: MetricQuery): number | null {
  const balance = BALANCE_METRICS.get(query.metric);
  if (balance === undefined) {
    const seconds = windowNs(plan, query.window) / 1e9;
    return clientMetric(query.metric, clientFigures(run, query), seconds);
  }
  const values = serviceBalances(run, query.window).flatMap((found) => {
    const value = found[balance.field];
    const asked = query.service === null || found.service === query.service;
    return asked && value !== null ? [value] : [];
  });
  return values.length === 0 ? null : balance.worst(...values);
}

/** The value of a metric in each run, in the order of the runs. */
export function metricValues(
  plan: Plan,
  runs: readonly RunResult[],
  query: MetricQuery,
): readonly (number | null)[] {
  return runs.map((run) => metricValue(plan, run, query));
}

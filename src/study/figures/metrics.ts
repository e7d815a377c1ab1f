/**
 * The value of a metric in one run. Names, units and directions are those of contract/metrics.ts,
 * which thresholds are checked against when a scenario is loaded.
 */
import { assert } from '../../base/assert.ts';
import { MEASURED_REASONS } from '../../contract/metrics.ts';
import { ERROR_CAUSES } from '../../contract/plan.ts';
import type { RunResult } from '../../contract/result.ts';
import { batchMeansOf } from './batch-means.ts';
import { clientFigures } from './client-figures.ts';
import type { ClientFigures, ClientScope } from './client-figures.ts';
import { figureOf } from './distribution-figures.ts';
import { estimateMetric } from './estimate.ts';
import type { Estimate } from './estimate.ts';
import { networkProgramming } from './network-programming.ts';
import { durationNs, requestsLost, rolloutsIn } from './rollouts.ts';
import { serviceBalances } from './service-balance.ts';
import { metricKey } from './query.ts';
import type { MetricQuery } from './query.ts';
import type { ServiceBalance } from './service-balance.ts';
import { staleView } from './stale-view.ts';
import type { VariantRuns } from '../study.ts';

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
  if (metric === 'throughput') return seconds > 0 ? figures.completed / seconds : null;
  if (metric.startsWith('errors.')) {
    if (requests === 0) return null;
    if (metric === 'errors.ratio') return figures.failed / requests;
    if (metric === 'errors.count') return figures.failed;
    const cause = ERROR_CAUSES.find((candidate) => metric === `errors.${candidate}`);
    if (cause !== undefined) return (figures.errors.get(cause) ?? 0) / requests;
    const reason = MEASURED_REASONS.find((candidate) => metric === `errors.${candidate}`);
    if (reason !== undefined) return (figures.reasons.get(reason) ?? 0) / requests;
  }
  if (metric.startsWith('latency.')) return figureOf(latency, metric);
  throw new TypeError(`unknown metric ${metric}`);
}

/** Metrics of how changes reach the nodes; null where nothing changed. */
function programmingMetric(run: RunResult, { metric, window }: MetricQuery): number | null {
  const { changes, pending, latency } = networkProgramming(run, window);
  if (metric === 'networkProgramming.pending') return changes === 0 ? null : pending;
  return figureOf(latency, metric);
}

/** Metrics of the stale view of nodes; null where no pod stopped. */
function staleMetric(run: RunResult, { metric, window }: MetricQuery): number | null {
  const { stopped, meanNs, maxNs } = staleView(run, window);
  if (stopped === 0) return null;
  return metric === 'staleView.mean' ? meanNs : maxNs;
}

/** Metrics of rollouts; null where there was none. */
function rolloutMetric(run: RunResult, { metric, window }: MetricQuery): number | null {
  const rollouts = rolloutsIn(run, window);
  if (rollouts.length === 0) return null;
  switch (metric) {
    case 'rollout.lost':
      return rollouts.reduce((sum, rollout) => sum + requestsLost(rollout), 0);
    case 'rollout.duration':
      return Math.max(...rollouts.map(durationNs));
    case 'rollout.incomplete':
      return rollouts.filter(({ completedNs }) => completedNs === null).length;
    default:
      throw new TypeError(`unknown metric ${metric}`);
  }
}

/** Length of a window, in seconds. */
function secondsOf(run: RunResult, window: string): number {
  const found = run.windows.find((candidate) => candidate.window === window);
  assert(
    found !== undefined,
    `a metric was asked for in a window that is not in the plan: ${window}`,
  );
  return found.openNs / 1e9;
}

/**
 * The metrics of one run, in each metric's own unit: ns, 0–1, a count, or a rate per second. What several metrics are
 * taken from is made once.
 */
export class RunMetrics {
  private readonly run: RunResult;
  private readonly figures = new Map<string, ClientFigures>();
  private readonly balances = new Map<string, readonly ServiceBalance[]>();

  constructor(run: RunResult) {
    this.run = run;
  }

  /**
   * Null where the population is empty: no request was due, none ended, or no Service was called.
   *
   * @throws TypeError for a metric that does not exist.
   */
  value(query: MetricQuery): number | null {
    const { metric, window } = query;
    if (metric.startsWith('networkProgramming.')) return programmingMetric(this.run, query);
    if (metric.startsWith('staleView.')) return staleMetric(this.run, query);
    if (metric.startsWith('rollout.')) return rolloutMetric(this.run, query);
    const balance = BALANCE_METRICS.get(metric);
    if (balance === undefined) {
      return clientMetric(metric, this.clientFigures(query), secondsOf(this.run, window));
    }
    const values = this.serviceBalances(window).flatMap((found) => {
      const value = found[balance.field];
      const asked = query.service === null || found.service === query.service;
      return asked && value !== null ? [value] : [];
    });
    return values.length === 0 ? null : balance.worst(...values);
  }

  private clientFigures(scope: ClientScope): ClientFigures {
    const key = JSON.stringify([scope.window, scope.client]);
    let found = this.figures.get(key);
    if (found === undefined) {
      found = clientFigures(this.run, scope);
      this.figures.set(key, found);
    }
    return found;
  }

  private serviceBalances(window: string): readonly ServiceBalance[] {
    let found = this.balances.get(window);
    if (found === undefined) {
      found = serviceBalances(this.run, window);
      this.balances.set(window, found);
    }
    return found;
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
      batchHalfWidth: (query: MetricQuery) => batches?.halfWidths[metricKey(query)] ?? null,
    };
  });
  return queries.map((query) => estimateMetric(query, measured));
}

/** One of them. */
export const metricEstimate = (variant: VariantRuns, query: MetricQuery): Estimate | null =>
  metricEstimates(variant, [query])[0]!;

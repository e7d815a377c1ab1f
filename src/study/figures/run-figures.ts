/**
 * A run reduced to its metrics: a number each, by key. What is compared, judged, saved and read again is
 * this, whether the run has just ended or was saved last year.
 */
import { MODEL_VERSION } from '../../base/model-version.ts';
import { METRICS } from '../../contract/metrics.ts';
import type { Plan, Threshold } from '../../contract/plan.ts';
import type { RunResult } from '../../contract/result.ts';
import { planDigest } from '../plan-digest.ts';
import type { VariantRuns } from '../study.ts';
import { batchMeansOf } from './batch-means.ts';
import type { BatchMeans } from './batch-means.ts';
import { estimateMetric } from './estimate.ts';
import type { Estimate } from './estimate.ts';
import { RunMetrics } from './metrics.ts';
import { metricKey, overall } from './query.ts';
import type { MetricQuery } from './query.ts';

export interface RunFigures {
  readonly replication: number;
  /** The seed that reproduces this run alone. */
  readonly seed: number;
  readonly fingerprint: RunResult['fingerprint'];
  /** Names of the windows that opened. */
  readonly opened: readonly string[];
  /** By key (see query.ts), in the metric's own unit; a metric without a population has no entry. */
  readonly values: Readonly<Record<string, number>>;
  /** How precise its latencies are by themselves; null where that cannot be told from one run. */
  readonly batchMeans: BatchMeans | null;
}

/** The runs of one variant, by ascending replication, and what they are runs of. */
export interface VariantFigures {
  readonly scenario: string;
  readonly variant: string;
  /** See plan-digest.ts. */
  readonly planDigest: string;
  readonly modelVersion: number;
  readonly runs: readonly RunFigures[];
}

/**
 * Clients and Services, times windows, that are worth a figure each in every run: what is kept of a run stays small
 * beside its other files. Beyond, single ones have figures of the whole measurement only, or none.
 */
const SINGLES_MAX = 200;

/** Every metric in every window: over all clients and Services, and of each where there are several, up to SINGLES_MAX. */
export function queriesOf(plan: Plan): readonly MetricQuery[] {
  const clients = namesOf(plan.clients.map(({ name }) => name));
  const services = namesOf(plan.services.map(({ label }) => label));
  const singles = clients.length + services.length;
  return plan.windows.flatMap(({ name: window }) => {
    const isWhole = window === 'all';
    const hasSingles = singles * (isWhole ? 1 : plan.windows.length) <= SINGLES_MAX;
    return METRICS.flatMap(({ name, scope, windows }) => {
      if (windows === 'all' && !isWhole) return [];
      const query = { ...overall(name), window };
      if (!hasSingles || scope === 'cluster') return [query];
      return scope === 'client'
        ? [query, ...clients.map((client) => ({ ...query, client }))]
        : [query, ...services.map((service) => ({ ...query, service }))];
    });
  });
}

/** Of one there is no more to say than of all. */
const namesOf = (names: readonly string[]): readonly string[] => (names.length > 1 ? names : []);

/** What a threshold asks for. */
export const queryOf = ({ metric, during, client, service }: Threshold): MetricQuery => ({
  metric,
  window: during,
  client,
  service,
});

/** The metrics of one run: all of them, and what thresholds ask for. */
export function runFigures(plan: Plan, run: RunResult): RunFigures {
  const metrics = new RunMetrics(run);
  const values: Record<string, number> = {};
  for (const query of [...queriesOf(plan), ...plan.thresholds.map(queryOf)]) {
    const value = metrics.value(query);
    if (value !== null) values[metricKey(query)] = value;
  }
  return {
    replication: run.replication,
    seed: run.seed,
    fingerprint: run.fingerprint,
    opened: run.windows.flatMap(({ window, openNs }) => (openNs > 0 ? [window] : [])),
    values,
    batchMeans: batchMeansOf(plan, run),
  };
}

/** The metrics of all runs of a variant. */
export function variantFigures({ plan, runs }: VariantRuns): VariantFigures {
  return {
    scenario: plan.scenario,
    variant: plan.variant,
    planDigest: planDigest(plan),
    modelVersion: MODEL_VERSION,
    runs: runs.map((run) => runFigures(plan, run)),
  };
}

/** A value a run, of the runs that have one. */
export function valuesOf(figures: VariantFigures, query: MetricQuery): readonly number[] {
  const key = metricKey(query);
  return figures.runs.flatMap(({ values }) => values[key] ?? []);
}

/** A metric over the runs that have it, with its interval; null where none has. */
export function estimateIn(figures: VariantFigures, query: MetricQuery): Estimate | null {
  return estimateMetric(
    query,
    figures.runs.map(({ values, batchMeans }) => ({
      value: (asked) => values[metricKey(asked)] ?? null,
      batchInterval: (asked) => batchMeans?.intervals[metricKey(asked)] ?? null,
    })),
  );
}

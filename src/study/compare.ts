/**
 * Variants side by side. Replication r of every variant shares its seed, hence its arrivals and its
 * service demands, so differences are taken replication by replication: what both variants owe to
 * chance cancels out.
 */
import { METRICS } from '../contract/metrics.ts';
import type { MetricUnit } from '../contract/metrics.ts';
import { pairedInterval } from '../stats/interval.ts';
import { CONFIDENCE, estimateOf } from './estimate.ts';
import type { Estimate } from './estimate.ts';
import { metricValue, overall } from './metrics.ts';
import type { Study, VariantRuns } from './study.ts';

/** The metrics of a comparison, in the order in which they are shown. */
export const COMPARED_METRICS = [
  'latency.mean',
  'latency.p50',
  'latency.p90',
  'latency.p95',
  'latency.p99',
  'latency.p999',
  'latency.max',
  'errors.ratio',
  'throughput',
  'balance.maxOverMean',
  'balance.cv',
] as const;
export type ComparedMetric = (typeof COMPARED_METRICS)[number];

/** A variant's mean difference to the reference, over pairs of replications with the same seed. */
export interface Difference {
  /** In the metric's own unit. */
  readonly mean: number;
  /** Bounds of the interval at the comparison's confidence; null for a single pair. */
  readonly low: number | null;
  readonly high: number | null;
  /** The same as ratios of the reference's mean; null where that is 0. */
  readonly relative: {
    readonly mean: number;
    readonly low: number | null;
    readonly high: number | null;
  } | null;
  /** Whether the interval leaves out 0; null where there is no interval. */
  readonly distinguishable: boolean | null;
}

/** A metric of one variant. */
export interface VariantMetric {
  readonly variant: string;
  /** Null where nothing was measured. */
  readonly estimate: Estimate | null;
  /** Null for the reference itself, and where there is nothing to compare. */
  readonly difference: Difference | null;
}

/** One metric of all variants, over all clients, in the window `all`. */
export interface MetricComparison {
  readonly metric: ComparedMetric;
  readonly unit: MetricUnit;
  readonly variants: readonly VariantMetric[];
}

/** What `compare` found. */
export interface Comparison {
  /** Name of the first variant. */
  readonly reference: string;
  readonly confidence: number;
  /** Replications that all variants have finished. */
  readonly pairs: number;
  readonly metrics: readonly MetricComparison[];
}

const unitOf = (metric: ComparedMetric): MetricUnit =>
  METRICS.find(({ name }) => name === metric)!.unit;

/** One value per replication, by its number; replications without a population are left out. */
function valuesByReplication(
  variant: VariantRuns,
  metric: ComparedMetric,
): ReadonlyMap<number, number> {
  const values = new Map<number, number>();
  for (const run of variant.runs) {
    const value = metricValue(variant.plan, run, overall(metric));
    if (value !== null) values.set(run.replication, value);
  }
  return values;
}

function differenceOf(
  variant: ReadonlyMap<number, number>,
  reference: ReadonlyMap<number, number>,
): Difference | null {
  const own: number[] = [];
  const others: number[] = [];
  for (const [replication, value] of variant) {
    const other = reference.get(replication);
    if (other === undefined) continue;
    own.push(value);
    others.push(other);
  }
  if (own.length === 0) return null;
  const base = others.reduce((sum, value) => sum + value, 0) / others.length;
  const scaled = (mean: number, low: number | null, high: number | null): Difference['relative'] =>
    base === 0
      ? null
      : {
          mean: mean / base,
          low: low === null ? null : low / base,
          high: high === null ? null : high / base,
        };
  if (own.length === 1) {
    const mean = own[0]! - others[0]!;
    return {
      mean,
      low: null,
      high: null,
      relative: scaled(mean, null, null),
      distinguishable: null,
    };
  }
  const { mean, low, high } = pairedInterval(own, others, CONFIDENCE);
  return {
    mean,
    low,
    high,
    relative: scaled(mean, low, high),
    distinguishable: low > 0 || high < 0,
  };
}

/** Compares the variants of a study with its first one. */
export function compareVariants(study: Study): Comparison {
  const [reference] = study.variants;
  const metrics = COMPARED_METRICS.map((metric): MetricComparison => {
    const values = study.variants.map((variant) => valuesByReplication(variant, metric));
    return {
      metric,
      unit: unitOf(metric),
      variants: study.variants.map((variant, index) => ({
        variant: variant.plan.variant,
        estimate: estimateOf([...values[index]!.values()]),
        difference: index === 0 ? null : differenceOf(values[index]!, values[0]!),
      })),
    };
  });
  const finished = study.variants.map(
    (variant) => new Set(variant.runs.map((run) => run.replication)),
  );
  return {
    reference: reference?.plan.variant ?? '',
    confidence: CONFIDENCE,
    pairs: [...(finished[0] ?? [])].filter((replication) =>
      finished.every((replications) => replications.has(replication)),
    ).length,
    metrics,
  };
}

/**
 * Variants side by side. Replication r of every variant shares its seed, hence its arrivals and its
 * service demands, so differences are taken replication by replication: what both variants owe to
 * chance cancels out.
 */
import { METRICS } from '../../contract/metrics.ts';
import type { MetricUnit } from '../../contract/metrics.ts';
import { holmAdjusted } from '../../stats/holm.ts';
import { pairedInterval } from '../../stats/interval.ts';
import { ratioInterval } from '../../stats/ratio-interval.ts';
import { CONFIDENCE, estimateOf } from '../figures/estimate.ts';
import type { Estimate } from '../figures/estimate.ts';
import { metricKey, overall } from '../figures/query.ts';
import type { VariantFigures } from '../figures/run-figures.ts';

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
  /** Bounds of its interval at the comparison's confidence, for it alone; null for a single pair. */
  readonly low: number | null;
  readonly high: number | null;
  /**
   * The same as a ratio of the reference's mean, with the interval of a ratio of means; null where that
   * mean is 0. Bounds are null, too, where it cannot be told from 0.
   */
  readonly relative: {
    readonly mean: number;
    readonly low: number | null;
    readonly high: number | null;
  } | null;
  /**
   * The chance of a difference at least as large where there is none in truth: two-sided, of the paired
   * t test, adjusted for all differences of the comparison (Holm). Null for a single pair.
   */
  readonly pValue: number | null;
  /** Whether that chance is too small to be one, at the comparison's confidence; null for a single pair. */
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
  variant: VariantFigures,
  metric: ComparedMetric,
): ReadonlyMap<number, number> {
  const key = metricKey(overall(metric));
  return new Map(
    variant.runs.flatMap(({ replication, values }) => {
      const value = values[key];
      return value === undefined ? [] : [[replication, value] as const];
    }),
  );
}

/** A difference before it is known how many there are: its p-value is its own. */
type LoneDifference = Omit<Difference, 'distinguishable'>;

function differenceOf(
  variant: ReadonlyMap<number, number>,
  reference: ReadonlyMap<number, number>,
): LoneDifference | null {
  const own: number[] = [];
  const others: number[] = [];
  for (const [replication, value] of variant) {
    const other = reference.get(replication);
    if (other === undefined) continue;
    own.push(value);
    others.push(other);
  }
  if (own.length === 0) return null;
  const hasBase = others.some((value) => value !== 0);
  if (own.length === 1) {
    const mean = own[0]! - others[0]!;
    const relative = hasBase ? { mean: mean / others[0]!, low: null, high: null } : null;
    return { mean, low: null, high: null, relative, pValue: null };
  }
  const { mean, low, high, pValue } = pairedInterval(own, others, CONFIDENCE);
  return { mean, low, high, relative: hasBase ? relativeOf(own, others) : null, pValue };
}

function relativeOf(own: readonly number[], others: readonly number[]): Difference['relative'] {
  const { ratio, low, high } = ratioInterval(own, others, CONFIDENCE);
  return {
    mean: ratio - 1,
    low: low === null ? null : low - 1,
    high: high === null ? null : high - 1,
  };
}

/** Judges differences by how many there are to be wrong about. */
function judged(
  rows: readonly (readonly (LoneDifference | null)[])[],
): readonly (readonly (Difference | null)[])[] {
  const tested = rows.flat().filter((each) => each !== null && each.pValue !== null);
  const adjusted = holmAdjusted(tested.map((each) => each!.pValue!));
  const pValues = new Map(tested.map((each, index) => [each, adjusted[index]!]));
  return rows.map((row) =>
    row.map((each) => {
      if (each === null) return null;
      const pValue = pValues.get(each) ?? null;
      return { ...each, pValue, distinguishable: pValue === null ? null : pValue < 1 - CONFIDENCE };
    }),
  );
}

/** Compares variants with the first of them. */
export function compareFigures(variants: readonly VariantFigures[]): Comparison {
  const [reference] = variants;
  const values = COMPARED_METRICS.map((metric) =>
    variants.map((variant) => valuesByReplication(variant, metric)),
  );
  const differences = judged(
    values.map((row) => row.map((own, index) => (index === 0 ? null : differenceOf(own, row[0]!)))),
  );
  const metrics = COMPARED_METRICS.map((metric, row): MetricComparison => ({
    metric,
    unit: unitOf(metric),
    variants: variants.map((variant, index) => ({
      variant: variant.variant,
      estimate: estimateOf([...values[row]![index]!.values()]),
      difference: differences[row]![index]!,
    })),
  }));
  const finished = variants.map((variant) => new Set(variant.runs.map((run) => run.replication)));
  return {
    reference: reference?.variant ?? '',
    confidence: CONFIDENCE,
    pairs: [...(finished[0] ?? [])].filter((replication) =>
      finished.every((replications) => replications.has(replication)),
    ).length,
    metrics,
  };
}

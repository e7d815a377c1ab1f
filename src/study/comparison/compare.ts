/**
 * Variants side by side, each held against the first as its runs allow: exactly, in pairs, or as independent samples (see
 * matching.ts). It works on figures, so that it makes no difference whether the runs have just ended or were saved.
 */
import { METRICS } from '../../contract/metrics.ts';
import type { Metric, MetricUnit } from '../../contract/metrics.ts';
import { holmAdjusted } from '../../stats/holm.ts';
import { medianInterval } from '../../stats/median-interval.ts';
import type { MedianInterval } from '../../stats/median-interval.ts';
import { CONFIDENCE } from '../figures/estimate.ts';
import type { Estimate } from '../figures/estimate.ts';
import { metricKey, overall } from '../figures/query.ts';
import type { MetricQuery } from '../figures/query.ts';
import { estimateIn, valuesOf } from '../figures/run-figures.ts';
import type { VariantFigures } from '../figures/run-figures.ts';
import { differenceOf } from './difference.ts';
import type { Difference, LoneDifference } from './difference.ts';
import { exactFindings } from './exact.ts';
import type { ExactFindings } from './exact.ts';
import { matchRuns } from './matching.ts';
import type { ComparisonKind } from './matching.ts';

/** The metrics that are compared unless others are asked for, in the order in which they are shown. */
export const COMPARED_METRICS: readonly string[] = [
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
];

/** A metric of one variant. */
export interface VariantMetric {
  readonly variant: string;
  /** The mean over its runs; null where nothing was measured. */
  readonly estimate: Estimate | null;
  /** The median over its runs; null where nothing was measured. */
  readonly median: MedianInterval | null;
  /** Null for the reference itself, and where there is nothing to compare. */
  readonly difference: Difference | null;
}

/** One metric of all variants. */
export interface MetricComparison {
  readonly query: MetricQuery;
  /** The key of the query: the metric's name alone where it is over everything. */
  readonly metric: string;
  readonly unit: MetricUnit;
  readonly better: Metric['better'];
  /** In the order of the comparison's variants. */
  readonly variants: readonly VariantMetric[];
}

/** How one variant was compared. */
export interface ComparedVariant {
  readonly variant: string;
  /** Null for the reference itself. */
  readonly kind: ComparisonKind | null;
  /** Its finished runs, and those of them whose seed the reference has, too. */
  readonly runs: number;
  readonly pairs: number;
  /** Null unless the comparison was exact. */
  readonly exact: ExactFindings | null;
}

/** What `compare` found. */
export interface Comparison {
  /** Name of the first variant. */
  readonly reference: string;
  readonly confidence: number;
  /** Runs of the variant that has the fewest whose seeds the reference has, too. */
  readonly pairs: number;
  readonly variants: readonly ComparedVariant[];
  readonly metrics: readonly MetricComparison[];
}

export interface CompareOptions {
  /** What to compare; COMPARED_METRICS over everything unless told. */
  readonly metrics?: readonly MetricQuery[] | undefined;
  readonly confidence?: number | undefined;
}

/** Judges differences by how many there are to be wrong about. */
function judged(
  rows: readonly (readonly (LoneDifference | null)[])[],
  confidence: number,
): readonly (readonly (Difference | null)[])[] {
  const tested = rows.flat().filter((each) => each !== null && each.pValue !== null);
  const adjusted = holmAdjusted(tested.map((each) => each!.pValue!));
  const pValues = new Map(tested.map((each, index) => [each, adjusted[index]!]));
  return rows.map((row) =>
    row.map((each) => {
      if (each === null) return null;
      const { isCertain, ...difference } = each;
      const pValue = pValues.get(each) ?? null;
      const distinguishable = pValue === null ? isCertain : pValue < 1 - confidence;
      return { ...difference, pValue, distinguishable };
    }),
  );
}

const metricOf = ({ metric }: MetricQuery): Metric => METRICS.find(({ name }) => name === metric)!;

/** Compares variants with the first of them. All are of the same model version. */
export function compareFigures(
  variants: readonly VariantFigures[],
  { metrics = COMPARED_METRICS.map(overall), confidence = CONFIDENCE }: CompareOptions = {},
): Comparison {
  const reference = variants[0]!;
  const matchings = variants.map((variant, index) =>
    index === 0 ? null : matchRuns(variant, reference),
  );
  const differences = judged(
    metrics.map((query) =>
      variants.map((variant, index) => {
        const matching = matchings[index];
        if (matching == null) return null;
        return differenceOf(metricKey(query), { variant, reference, matching }, confidence);
      }),
    ),
    confidence,
  );
  return {
    reference: reference.variant,
    confidence,
    pairs: Math.min(
      reference.runs.length,
      ...matchings.flatMap((matching) => matching?.pairs.length ?? []),
    ),
    variants: variants.map(({ variant, runs }, index): ComparedVariant => {
      const { kind = null, pairs = [] } = matchings[index] ?? {};
      const exact = kind === 'exact' ? exactFindings(pairs) : null;
      return { variant, kind, runs: runs.length, pairs: pairs.length, exact };
    }),
    metrics: metrics.map((query, row): MetricComparison => ({
      query,
      metric: metricKey(query),
      unit: metricOf(query).unit,
      better: metricOf(query).better,
      variants: variants.map((variant, index) => {
        const values = valuesOf(variant, query);
        return {
          variant: variant.variant,
          estimate: estimateIn(variant, query),
          median: values.length === 0 ? null : medianInterval(values, confidence),
          difference: differences[row]![index]!,
        };
      }),
    })),
  };
}

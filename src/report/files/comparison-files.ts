/** A comparison as JSON and as CSV: everything in each metric's own unit, durations in ns. */
import type {
  ComparedVariant,
  Comparison,
  MetricComparison,
  VariantMetric,
} from '../../study/comparison/compare.ts';
import type { ExactFindings } from '../../study/comparison/exact.ts';
import { csvText } from './csv.ts';

/** Twelve digits: more would not be the same on every machine. Null for what is no number. */
export const jsonNumber = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(12));

/** The figures of one metric of one variant; the columns of the CSV, too, in this order. */
function figuresOf({ estimate, median, difference }: VariantMetric): object {
  return {
    mean: jsonNumber(estimate?.mean ?? null),
    half_width: jsonNumber(estimate?.halfWidth ?? null),
    low: jsonNumber(estimate?.low ?? null),
    high: jsonNumber(estimate?.high ?? null),
    interval: estimate?.method ?? null,
    median: jsonNumber(median?.median ?? null),
    median_low: jsonNumber(median?.low ?? null),
    median_high: jsonNumber(median?.high ?? null),
    difference: jsonNumber(difference?.value ?? null),
    difference_low: jsonNumber(difference?.low ?? null),
    difference_high: jsonNumber(difference?.high ?? null),
    relative: jsonNumber(difference?.relative?.value ?? null),
    relative_low: jsonNumber(difference?.relative?.low ?? null),
    relative_high: jsonNumber(difference?.relative?.high ?? null),
    p_value: jsonNumber(difference?.pValue ?? null),
    distinguishable: difference?.distinguishable ?? null,
  };
}

const exactJson = ({ identical, metrics, changed, firstReplication }: ExactFindings): object => ({
  identical,
  metrics,
  first_replication: firstReplication,
  // As they are: these are to be looked at digit by digit.
  changed,
});

const variantJson = ({ variant, kind, runs, pairs, exact }: ComparedVariant): object => ({
  variant,
  kind,
  runs,
  pairs,
  exact: exact === null ? null : exactJson(exact),
});

const metricJson = ({ metric, unit, better, variants }: MetricComparison): object => ({
  metric,
  unit,
  better,
  variants: variants.map((variant) => ({ variant: variant.variant, ...figuresOf(variant) })),
});

/** What JSON.stringify makes of a comparison. */
export const comparisonJson = (comparison: Comparison): object => ({
  reference: comparison.reference,
  confidence: comparison.confidence,
  pairs: comparison.pairs,
  variants: comparison.variants.map(variantJson),
  metrics: comparison.metrics.map(metricJson),
});

/** A row a metric and variant, under a header. */
export function comparisonCsv({ metrics, variants }: Comparison): string {
  const rows = metrics.flatMap((row) =>
    row.variants.map((variant, at) => {
      const { kind, runs, pairs } = variants[at]!;
      const { metric, unit } = row;
      return { metric, unit, variant: variant.variant, kind, runs, pairs, ...figuresOf(variant) };
    }),
  );
  const cell = (value: unknown): string => (value === null ? '' : String(value));
  return csvText([
    ...rows.slice(0, 1).map((row) => Object.keys(row)),
    ...rows.map((row) => Object.values(row).map(cell)),
  ]);
}

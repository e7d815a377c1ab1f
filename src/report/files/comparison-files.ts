/** A comparison as JSON and as CSV: everything in each metric's own unit, durations in ns. */
import type {
  ComparedVariant,
  Comparison,
  MetricComparison,
  VariantMetric,
} from '../../study/comparison/compare.ts';
import type { ExactFindings } from '../../study/comparison/exact.ts';
import { csvText } from './csv.ts';
import { differenceJson } from './difference-json.ts';
import { jsonNumber } from './json-number.ts';

/** The figures of one metric of one variant; the columns of the CSV, too, in this order. */
function figuresOf({ estimate, median, difference }: VariantMetric): object {
  return {
    mean: jsonNumber(estimate?.mean),
    half_width: jsonNumber(estimate?.halfWidth),
    low: jsonNumber(estimate?.low),
    high: jsonNumber(estimate?.high),
    interval: estimate?.method ?? null,
    median: jsonNumber(median?.median),
    median_low: jsonNumber(median?.low),
    median_high: jsonNumber(median?.high),
    ...differenceJson(difference),
    p_value: jsonNumber(difference?.pValue),
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

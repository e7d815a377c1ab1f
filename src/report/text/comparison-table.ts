/** Variants side by side, a line a metric: values with their precision, and how they differ from the reference. */
import type {
  Comparison,
  MetricComparison,
  VariantMetric,
} from '../../study/comparison/compare.ts';
import { directionOf } from '../../study/comparison/direction.ts';
import type { Direction } from '../../study/comparison/direction.ts';
import { formatChange } from '../numbers.ts';
import { formatEstimate, formatMedian } from './estimates.ts';
import { grid } from './grid.ts';
import { PLAIN } from './style.ts';
import type { Style } from './style.ts';
import { formatMetric } from './thresholds.ts';
import { SUMMARY_WIDTH } from './wrap.ts';

/** The metrics of the table; the files hold all of them. */
const SHOWN: readonly string[] = [
  'latency.mean',
  'latency.p50',
  'latency.p90',
  'latency.p99',
  'latency.p999',
  'errors.ratio',
  'balance.maxOverMean',
];

/** No difference that could be told from chance. */
export const INDISTINGUISHABLE = '~';
/** The same to the last bit. */
export const IDENTICAL = '=';

/** With more variants than this p-values would not fit next to each other; the files hold them. */
const VARIANTS_WITH_P_VALUES = 2;

/** Columns between cells. */
const GAP = 2;

/** Whether values are medians: where no variant is paired with the reference there are no mean differences. */
export const showsMedians = (comparison: Comparison): boolean =>
  comparison.variants.length > 1 &&
  comparison.variants.slice(1).every(({ kind }) => kind === 'independent');

/** The value of a metric with its precision: the mean, or the median of independent samples. */
export function valueCell(
  comparison: Comparison,
  { query }: MetricComparison,
  { estimate, median }: VariantMetric,
): string {
  const format = (value: number): string => formatMetric(query.metric, value);
  return showsMedians(comparison) ? formatMedian(median, format) : formatEstimate(estimate, format);
}

/** `-32.9%`, `~`, `=`, or the difference in the metric's unit where the reference has 0. */
export function changeCell(
  comparison: Comparison,
  { query }: MetricComparison,
  { variant, difference }: VariantMetric,
): string {
  if (difference === null) return '';
  if (difference.distinguishable === false) {
    const kind = comparison.variants.find((each) => each.variant === variant)?.kind;
    return kind === 'exact' ? IDENTICAL : INDISTINGUISHABLE;
  }
  if (difference.relative !== null) return formatChange(difference.relative.value);
  const sign = difference.value >= 0 ? '+' : '-';
  return `${sign}${formatMetric(query.metric, Math.abs(difference.value))}`;
}

/** Whether a difference that is there is for the better; null where none is shown, or neither way is. */
export function changeDirection(
  { better, variants }: MetricComparison,
  { difference }: VariantMetric,
): Direction | null {
  const from = variants[0]?.estimate?.mean;
  if (difference === null || difference.distinguishable !== true || from === undefined) return null;
  return directionOf(better, { from, to: from + difference.value });
}

function pValueText(pValue: number | null): string {
  if (pValue === null) return '';
  return pValue < 0.001 ? '(p<0.001)' : `(p=${pValue.toFixed(3)})`;
}

/** The cells of one variant: a column each, the head first. */
function variantColumns(
  comparison: Comparison,
  { rows, at, style }: { rows: readonly MetricComparison[]; at: number; style: Style },
): readonly (readonly string[])[] {
  const name = comparison.variants[at]!.variant;
  const values = rows.map((row) => valueCell(comparison, row, row.variants[at]!));
  if (at === 0) return [[name, ...values]];
  const changes = rows.map((row) => changeCell(comparison, row, row.variants[at]!));
  const directions = rows.map((row) => {
    const direction = changeDirection(row, row.variants[at]!);
    if (direction === null) return '';
    return direction === 'better' ? style.green(direction) : style.red(direction);
  });
  const isShort = comparison.variants.length <= VARIANTS_WITH_P_VALUES;
  const pValues = rows.map(({ variants }) => {
    const difference = variants[at]!.difference;
    return isShort && difference?.distinguishable === true ? pValueText(difference.pValue) : '';
  });
  return [
    [name, ...values],
    ['', ...changes],
    ...[pValues, directions]
      .filter((column) => column.some((cell) => cell !== ''))
      .map((column) => ['', ...column]),
  ];
}

const widthOf = (columns: readonly (readonly string[])[]): number =>
  columns.reduce((sum, column) => sum + GAP + Math.max(...column.map(({ length }) => length)), 0);

/** Variants by their places, as many next to each other as fit, and at least one. */
function blocksOf(labels: readonly string[], widths: readonly number[]): readonly number[][] {
  const start = widthOf([labels]) - GAP;
  const blocks: number[][] = [];
  let width = Infinity;
  for (const [at, more] of widths.entries()) {
    if (width + more > SUMMARY_WIDTH) {
      blocks.push([]);
      width = start;
    }
    blocks.at(-1)!.push(at);
    width += more;
  }
  return blocks;
}

/** The table, in blocks of as many variants as fit next to each other. */
export function comparisonLines(comparison: Comparison, style: Style): readonly string[] {
  const rows = comparison.metrics.filter(
    ({ metric, variants }) =>
      SHOWN.includes(metric) && variants.some(({ estimate }) => estimate !== null),
  );
  const labels = ['', ...rows.map(({ metric }) => metric)];
  // Colours take no room.
  const widths = comparison.variants.map((_, at) =>
    widthOf(variantColumns(comparison, { rows, at, style: PLAIN })),
  );
  return blocksOf(labels, widths).flatMap((block, index) => {
    const columns = [
      labels,
      ...block.flatMap((at) => variantColumns(comparison, { rows, at, style })),
    ];
    const lines = labels.map((_, line) => columns.map((column) => column[line]!));
    const [first, ...rest] = grid(lines, `l${'r'.repeat(columns.length - 1)}`);
    return [...(index === 0 ? [] : ['']), style.bold(first!), ...rest];
  });
}

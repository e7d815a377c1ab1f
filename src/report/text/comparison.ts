/** Variants side by side: a sentence for each, then a line a metric. */
import type { Comparison, VariantMetric } from '../../study/comparison/compare.ts';
import type { RelativeDifference } from '../../study/comparison/difference.ts';
import { formatChange, formatRatio, formatShare, formatSignificant, plural } from '../numbers.ts';
import type { Style } from './style.ts';
import { formatEstimate, formatFactor } from './estimates.ts';
import { grid } from './grid.ts';
import { formatMetric } from './thresholds.ts';

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

/** Variants next to each other in 100 columns. */
const VARIANTS_PER_BLOCK = 3;

/** Changes below this are real, perhaps, but not worth a sentence. */
const WORTH_SAYING = 0.005;

/** With fewer replications than this large differences may be missed. */
const FEW_PAIRS = 10;

/** No difference that could be told from chance. */
export const INDISTINGUISHABLE = '~';

/** `-32.9%`, `~`, or the difference in the metric's unit where the reference has 0. */
export function changeCell(metric: string, { difference }: VariantMetric): string {
  if (difference === null) return '';
  if (difference.distinguishable === false) return INDISTINGUISHABLE;
  if (difference.relative !== null) return formatChange(difference.relative.value);
  const sign = difference.value >= 0 ? '+' : '-';
  return `${sign}${formatMetric(metric, Math.abs(difference.value))}`;
}

/** Relative changes from which a factor says more than a percentage: what has doubled. */
const DOUBLED = 1;

/** `by 32% [28%, 37%]`, the size of a change with its bounds, `7.6-fold [6.5, 9.1]` from twofold on; no bounds for a single pair. */
function changeText({ value, low, high }: RelativeDifference): string {
  const isFactor = value >= DOUBLED;
  const text = (change: number): string =>
    isFactor ? formatSignificant(1 + change) : formatShare(Math.abs(change));
  const bounds =
    low === null || high === null
      ? ''
      : ` [${[low, high]
          .toSorted((a, b) => (isFactor ? a - b : Math.abs(a) - Math.abs(b)))
          .map(text)
          .join(', ')}]`;
  return isFactor ? `${text(value)}-fold${bounds}` : `by ${text(value)}${bounds}`;
}

const metricOf = (
  comparison: Comparison,
  metric: string,
  variant: number,
): VariantMetric | undefined =>
  comparison.metrics.find((row) => row.metric === metric)?.variants[variant];

/** What is worth saying about a relative change of a metric; null where nothing is. */
function saidChange(metric: VariantMetric | undefined): {
  readonly falls: boolean;
  readonly size: string;
} | null {
  const difference = metric?.difference ?? null;
  if (difference === null || difference.distinguishable === false) return null;
  const { relative } = difference;
  if (relative === null || Math.abs(relative.value) < WORTH_SAYING) return null;
  return {
    falls: relative.value < 0,
    size: changeText(relative),
  };
}

function balanceClause(comparison: Comparison, variant: number): string | null {
  const own = metricOf(comparison, 'balance.maxOverMean', variant);
  const reference = metricOf(comparison, 'balance.maxOverMean', 0);
  const change = saidChange(own);
  if (change === null || own?.estimate == null || reference?.estimate == null) return null;
  const values = `the hottest pod takes ${formatFactor(own.estimate.mean)}× its fair share instead of ${formatFactor(reference.estimate.mean)}×`;
  return `spreads the load ${change.falls ? 'more' : 'less'} evenly (${values})`;
}

function errorClause(comparison: Comparison, variant: number): string | null {
  const own = metricOf(comparison, 'errors.ratio', variant);
  const reference = metricOf(comparison, 'errors.ratio', 0);
  const difference = own?.difference ?? null;
  if (difference === null || difference.distinguishable === false) return null;
  if (own?.estimate == null || reference?.estimate == null || difference.value === 0) return null;
  return `fails ${formatRatio(own.estimate.mean)} of requests instead of ${formatRatio(reference.estimate.mean)}`;
}

/** The sentence about one variant. */
function sentence(comparison: Comparison, variant: number, name: string): string {
  const clauses: string[] = [];
  const p99 = saidChange(metricOf(comparison, 'latency.p99', variant));
  if (p99 !== null) clauses.push(`${p99.falls ? 'cuts' : 'raises'} p99 latency ${p99.size}`);
  const mean = saidChange(metricOf(comparison, 'latency.mean', variant));
  if (p99 === null && mean !== null) {
    clauses.push(`${mean.falls ? 'cuts' : 'raises'} mean latency ${mean.size}`);
  }
  const errors = errorClause(comparison, variant);
  if (errors !== null) clauses.push(errors);
  const balance = balanceClause(comparison, variant);
  if (balance !== null) clauses.push(balance);
  if (clauses.length === 0) {
    const same = comparison.metrics.every(
      (row) => (row.variants[variant]?.difference?.value ?? 0) === 0,
    );
    if (same) return `${name} gives exactly the figures of ${comparison.reference}.`;
    const more = comparison.pairs < FEW_PAIRS ? ` (--replications ${FEW_PAIRS} may find one)` : '';
    return comparison.pairs > 1
      ? `${name} can't be told from ${comparison.reference}: no difference found that is beyond ${formatRatio(WORTH_SAYING)} and beyond chance${more}.`
      : `${name} differs from ${comparison.reference} by less than ${formatRatio(WORTH_SAYING)}.`;
  }
  const last = clauses.pop()!;
  const list = clauses.length === 0 ? last : `${clauses.join(', ')} and ${last}`;
  return `${name} ${list}.`;
}

/** One sentence per variant beside the reference. */
export function comparisonSentences(comparison: Comparison): readonly string[] {
  const names = comparison.metrics[0]?.variants.map(({ variant }) => variant) ?? [];
  const sentences = names.slice(1).map((name, index) => sentence(comparison, index + 1, name));
  if (comparison.pairs === 1) {
    sentences.push(
      'One replication: no interval, so any of this may be chance (--replications 10 tells).',
    );
  }
  return sentences;
}

/** How the comparison was made, in words. */
export function methodLine(comparison: Comparison): string {
  const pairs = plural(comparison.pairs, 'replication');
  const start = `Paired by seed (common random numbers), ${pairs}, reference ${comparison.reference}.`;
  if (comparison.pairs === 1) return start;
  const confidence = formatRatio(comparison.confidence);
  return (
    `${start} ${INDISTINGUISHABLE} is a difference that may be chance: paired t tests, together at ` +
    `${confidence} confidence (Holm). [ ] is the ${confidence} interval of one change by itself.`
  );
}

/** The table, a line a metric; over all clients, window `all`. */
export function comparisonLines(comparison: Comparison, style: Style): readonly string[] {
  const names = comparison.metrics[0]?.variants.map(({ variant }) => variant) ?? [];
  const shown = comparison.metrics.filter(({ metric }) => SHOWN.includes(metric));
  const lines: string[] = [];
  for (let at = 0; at < names.length; at += VARIANTS_PER_BLOCK) {
    const block = names.slice(at, at + VARIANTS_PER_BLOCK);
    const head = ['', ...block.flatMap((name) => [name, ''])];
    const rows = shown.map(({ metric, variants }) => [
      metric,
      ...variants
        .slice(at, at + VARIANTS_PER_BLOCK)
        .flatMap((variant) => [
          formatEstimate(variant.estimate, (value) => formatMetric(metric, value)),
          changeCell(metric, variant),
        ]),
    ]);
    const [first, ...rest] = grid([head, ...rows], `l${'rr'.repeat(block.length)}`);
    if (lines.length > 0) lines.push('');
    lines.push(style.bold(first!), ...rest);
  }
  return lines;
}

/** What came of a comparison, in a sentence for each variant beside the reference. */
import type {
  Comparison,
  ComparedVariant,
  MetricComparison,
  VariantMetric,
} from '../../study/comparison/compare.ts';
import type { RelativeDifference } from '../../study/comparison/difference.ts';
import type { ChangedMetric, ExactFindings } from '../../study/comparison/exact.ts';
import { formatCount, formatRatio, formatShare, formatSignificant, plural } from '../numbers.ts';
import { showsMedians } from './comparison-table.ts';
import { formatFactor } from './estimates.ts';
import { formatMetric } from './thresholds.ts';

/** Changes below this are real, perhaps, but not worth a sentence. */
const WORTH_SAYING = 0.005;

/** With fewer replications than this large differences may be missed. */
const FEW_RUNS = 10;

/** Relative changes from which a factor says more than a percentage: what has doubled. */
const DOUBLED = 1;

/** No metric falls by more than that, although the interval of a few runs may reach beyond it. */
const WHOLE = -1;

/** Metrics that a sentence lists where no more telling one has changed, and changed metrics of exact comparisons. */
const LISTED = 3;

/** `by 32% [28%, 37%]`, the size of a change with its bounds, `7.6-fold [6.5, 9.1]` from twofold on; no bounds for a single pair. */
function changeText({ value, low, high }: RelativeDifference): string {
  const isFactor = value >= DOUBLED;
  const text = (change: number): string =>
    isFactor ? formatSignificant(1 + change) : formatShare(Math.abs(Math.max(WHOLE, change)));
  const bounds =
    low === null || high === null
      ? ''
      : ` [${[low, high]
          .toSorted((a, b) => (isFactor ? a - b : Math.abs(a) - Math.abs(b)))
          .map(text)
          .join(', ')}]`;
  return isFactor ? `${text(value)}-fold${bounds}` : `by ${text(value)}${bounds}`;
}

/** What is worth saying about a relative change of a metric; null where nothing is. */
function saidChange(metric: VariantMetric | undefined): {
  readonly falls: boolean;
  readonly size: string;
} | null {
  const difference = metric?.difference ?? null;
  if (difference === null || difference.distinguishable === false) return null;
  const { relative } = difference;
  if (relative === null || Math.abs(relative.value) < WORTH_SAYING) return null;
  return { falls: relative.value < 0, size: changeText(relative) };
}

const listed = (clauses: readonly string[]): string =>
  clauses.length < 2
    ? (clauses[0] ?? '')
    : `${clauses.slice(0, -1).join(', ')} and ${clauses.at(-1)!}`;

/** What is said about one variant. */
class VariantSentence {
  private readonly comparison: Comparison;
  private readonly at: number;
  private readonly variant: ComparedVariant;

  constructor(comparison: Comparison, at: number) {
    this.comparison = comparison;
    this.at = at;
    this.variant = comparison.variants[at]!;
  }

  text(): string {
    const { variant, exact } = this.variant;
    if (exact !== null) return this.exactText(exact);
    const clauses = this.clauses();
    return clauses.length > 0 ? `${variant} ${listed(clauses)}.` : this.nothingFound();
  }

  private row(metric: string): MetricComparison | undefined {
    return this.comparison.metrics.find((row) => row.metric === metric);
  }

  private own(metric: string): VariantMetric | undefined {
    return this.row(metric)?.variants[this.at];
  }

  /** Mean, or median where the table shows medians; null where nothing was measured. */
  private level(metric: string, at: number): number | null {
    const found = this.row(metric)?.variants[at];
    const isMedian = showsMedians(this.comparison);
    return (isMedian ? found?.median?.median : found?.estimate?.mean) ?? null;
  }

  private clauses(): readonly string[] {
    const telling = [this.latencyClause(), this.errorClause(), this.balanceClause()];
    const clauses = telling.filter((clause) => clause !== null);
    return clauses.length > 0 ? clauses : this.otherClauses();
  }

  /** Of the 99th percentile; of the mean where that one does not change. */
  private latencyClause(): string | null {
    for (const [metric, name] of [
      ['latency.p99', 'p99 latency'],
      ['latency.mean', 'mean latency'],
    ] as const) {
      const change = saidChange(this.own(metric));
      if (change !== null) return `${change.falls ? 'cuts' : 'raises'} ${name} ${change.size}`;
    }
    return null;
  }

  private errorClause(): string | null {
    const difference = this.own('errors.ratio')?.difference ?? null;
    const from = this.level('errors.ratio', 0);
    const to = this.level('errors.ratio', this.at);
    if (difference === null || difference.distinguishable === false || difference.value === 0) {
      return null;
    }
    if (from === null || to === null) return null;
    return `fails ${formatRatio(to)} of requests instead of ${formatRatio(from)}`;
  }

  private balanceClause(): string | null {
    const change = saidChange(this.own('balance.maxOverMean'));
    const from = this.level('balance.maxOverMean', 0);
    const to = this.level('balance.maxOverMean', this.at);
    if (change === null || from === null || to === null) return null;
    const values = `the hottest pod takes ${formatFactor(to)}× its fair share instead of ${formatFactor(from)}×`;
    return `spreads the load ${change.falls ? 'more' : 'less'} evenly (${values})`;
  }

  /** Of whatever else has changed. */
  private otherClauses(): readonly string[] {
    return this.comparison.metrics.flatMap((row) => {
      const change = saidChange(row.variants[this.at]);
      return change === null
        ? []
        : [`${change.falls ? 'lowers' : 'raises'} ${row.metric} ${change.size}`];
    });
  }

  private nothingFound(): string {
    const { variant, kind, runs, pairs } = this.variant;
    const { reference, metrics, variants } = this.comparison;
    if (metrics.every((row) => row.variants[this.at]!.difference === null)) {
      return `${variant} and ${reference} have no metric in common: one of them has measured nothing.`;
    }
    const fewest = kind === 'paired' ? pairs : Math.min(runs, variants[0]!.runs);
    const isSame = metrics.every((row) => (row.variants[this.at]!.difference?.value ?? 0) === 0);
    if (kind === 'paired' && isSame) return `${variant} gives exactly the figures of ${reference}.`;
    if (fewest < 2) {
      return `${variant} differs from ${reference} by less than ${formatRatio(WORTH_SAYING)}.`;
    }
    const more = fewest < FEW_RUNS ? ` (--replications ${FEW_RUNS} may find one)` : '';
    return `${variant} can't be told from ${reference}: no difference found that is beyond ${formatRatio(WORTH_SAYING)} and beyond chance${more}.`;
  }

  /** Nothing of this is chance: the runs are the same, or something has changed what they do. */
  private exactText({ identical, metrics, changed, firstReplication }: ExactFindings): string {
    const { variant, pairs } = this.variant;
    const { reference } = this.comparison;
    const runs = plural(pairs, 'replication');
    if (identical) {
      return `${variant} is identical to ${reference}: ${plural(metrics, 'metric')} and the fingerprints of ${runs} are the same.`;
    }
    const what = `${variant} is not ${reference}, though plan, seeds and model version are the same`;
    const first = `first in replication ${firstReplication!}`;
    if (changed.length === 0) {
      return `${what}: the fingerprints differ, ${first}, and none of ${plural(metrics, 'metric')}.`;
    }
    const more = changed.length > LISTED ? ` and ${formatCount(changed.length - LISTED)} more` : '';
    const list = changed.slice(0, LISTED).map(changedText).join(', ');
    return `${what}: changed ${formatCount(changed.length)} of ${plural(metrics, 'metric')}, ${first}: ${list}${more}.`;
  }
}

function changedText({ key, replication, value, reference }: ChangedMetric): string {
  const metric = key.replace(/\{.*/, '');
  const text = (each: number | null): string =>
    each === null ? 'nothing measured' : formatMetric(metric, each);
  const [own, other] = [text(value), text(reference)];
  const values = own === other ? `in digits beyond ${own}` : `${own} instead of ${other}`;
  return `${key} ${values} (replication ${replication})`;
}

/** One sentence per variant beside the reference. */
export function comparisonSentences(comparison: Comparison): readonly string[] {
  const sentences = comparison.variants
    .slice(1)
    .map((_, index) => new VariantSentence(comparison, index + 1).text());
  const isSingle = comparison.metrics.some(({ variants }) =>
    variants.some(({ difference }) => difference !== null && difference.distinguishable === null),
  );
  if (isSingle) {
    sentences.push(
      'One replication: no interval, so any of this may be chance (--replications 10 tells).',
    );
  }
  return sentences;
}

/** A study as Markdown, for a pull request or a step summary: verdict, sentences, tables. */
import type { Comparison } from '../study/compare.ts';
import { metricEstimate, overall } from '../study/metrics.ts';
import type { Study } from '../study/study.ts';
import { isFailure } from '../study/thresholds.ts';
import type { Judgement } from '../study/thresholds.ts';
import { PLAIN } from './text/style.ts';
import { changeCell, comparisonSentences, methodLine } from './text/comparison.ts';
import { formatEstimate } from './text/estimates.ts';
import { populationLine } from './text/latency.ts';
import { comparedVerdictLines, formatMetric, marginOf } from './text/thresholds.ts';

/** What the page is made from. */
export interface MarkdownDocument {
  readonly study: Study;
  readonly judgements: readonly (readonly Judgement[])[];
  /** Null where there is a single variant. */
  readonly comparison: Comparison | null;
  readonly fingerprint: string;
}

const METRICS = [
  'latency.mean',
  'latency.p50',
  'latency.p90',
  'latency.p99',
  'latency.p999',
  'errors.ratio',
  'throughput',
  'balance.maxOverMean',
] as const;

const escape = (cell: string): string => cell.replace(/[|\\]/g, '\\$&').replace(/\s*\n\s*/g, ' ');

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)];
}

function metricTable(document: MarkdownDocument): string[] {
  const { study, comparison } = document;
  const head = ['metric', ...study.variants.map(({ plan }) => plan.variant)];
  const rows = METRICS.map((metric) => [
    metric,
    ...study.variants.map((variant, index) => {
      const estimate = metricEstimate(variant, overall(metric));
      const own = formatEstimate(estimate, (value) => formatMetric(metric, value));
      const compared = comparison?.metrics.find((row) => row.metric === metric)?.variants[index];
      const change = compared === undefined ? '' : changeCell(metric, compared);
      return change === '' ? own : `${own} (${change})`;
    }),
  ]);
  return markdownTable(head, rows);
}

function thresholdTable({ study, judgements }: MarkdownDocument): string[] {
  const rows = study.variants.flatMap(({ plan }, index) =>
    (judgements[index] ?? []).map((judgement) => {
      const { threshold, status, value } = judgement;
      const during = threshold.during === 'all' ? '' : ` during ${threshold.during}`;
      return [
        `${isFailure(judgement) ? '✗' : status === 'Passed' ? '✓' : '!'} ${threshold.expr}${during}`,
        plan.variant,
        value === null ? '–' : formatMetric(threshold.metric, value),
        marginOf(judgement),
      ];
    }),
  );
  return rows.length === 0 ? [] : markdownTable(['threshold', 'variant', 'value', 'margin'], rows);
}

/** The page, with a newline at its end. */
export function markdown(document: MarkdownDocument): string {
  const { study, judgements, comparison, fingerprint } = document;
  const [first] = study.variants;
  const { plan } = first!;
  const sections = [
    [`## ${escape(plan.scenario)}`],
    plan.question === '' ? [] : [`*${escape(plan.question)}*`],
    comparedVerdictLines(judgements, { partial: study.partial, style: PLAIN }).map(
      (line) => `**${line.trim()}**`,
    ),
    comparison === null ? [] : comparisonSentences(comparison).map((line) => `- ${escape(line)}`),
    metricTable(document),
    thresholdTable(document),
    [
      `${populationLine(first!)} ${comparison === null ? '' : methodLine(comparison)}`.trim(),
      `Seed ${plan.seed}, fingerprint \`${fingerprint}\`.`,
    ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

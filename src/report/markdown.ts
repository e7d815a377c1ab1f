/** A study as Markdown, for a pull request or a step summary: verdict, sentences, tables. */
import type { Conclusion } from '../study/conclusion.ts';
import { metricEstimate, overall } from '../study/metrics.ts';
import { isFailure } from '../study/thresholds.ts';
import { PLAIN } from './text/style.ts';
import { changeCell, comparisonSentences, methodLine } from './text/comparison.ts';
import { formatEstimate } from './text/estimates.ts';
import { populationLine } from './text/latency.ts';
import { comparedVerdictLines, formatMetric, marginOf } from './text/thresholds.ts';

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

function metricTable(conclusion: Conclusion): string[] {
  const { study, comparison } = conclusion;
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

function thresholdTable({ study, judgements }: Conclusion): string[] {
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
export function markdown(conclusion: Conclusion): string {
  const { study, judgements, comparison, fingerprint } = conclusion;
  const [first] = study.variants;
  const { plan } = first!;
  const sections = [
    [`## ${escape(plan.scenario)}`],
    plan.question === '' ? [] : [`*${escape(plan.question)}*`],
    comparedVerdictLines(judgements, { partial: study.partial, style: PLAIN }).map(
      (line) => `**${line.trim()}**`,
    ),
    comparison === null ? [] : comparisonSentences(comparison).map((line) => `- ${escape(line)}`),
    metricTable(conclusion),
    thresholdTable(conclusion),
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

/** A study as Markdown, for a pull request or a step summary: verdict, sentences, tables. */
import type { Conclusion } from '../../study/conclusion.ts';
import { clientFigures } from '../../study/figures/client-figures.ts';
import { failureKinds } from '../../study/figures/failures.ts';
import { metricEstimate } from '../../study/figures/metrics.ts';
import { overall } from '../../study/figures/query.ts';
import type { VariantRuns } from '../../study/study.ts';
import { comparedTable } from './comparison.ts';
import { escapeCell, markdownTable } from './table.ts';
import { formatCount } from '../numbers.ts';
import { PLAIN } from '../text/style.ts';
import { methodLine } from '../text/comparison-method.ts';
import { comparisonSentences } from '../text/comparison-sentences.ts';
import { formatEstimate } from '../text/estimates.ts';
import { populationLine } from '../text/latency.ts';
import { remarks } from '../text/remarks.ts';
import { rolloutSentences } from '../text/rollouts.ts';
import {
  comparedVerdictLines,
  formatMetric,
  judgedValue,
  marginOf,
  scopeOf,
  signOf,
} from '../text/thresholds.ts';

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

/** Values, and how they differ from the reference where there is one. */
function metricTable({ study, comparison }: Conclusion): readonly string[] {
  if (comparison !== null) return comparedTable(comparison, METRICS);
  const head = ['metric', ...study.variants.map(({ plan }) => plan.variant)];
  const rows = METRICS.map((metric) => [
    metric,
    ...study.variants.map((variant) =>
      formatEstimate(metricEstimate(variant, overall(metric)), (value) =>
        formatMetric(metric, value),
      ),
    ),
  ]);
  return markdownTable(head, rows);
}

function thresholdTable({ study, judgements }: Conclusion): readonly string[] {
  const rows = study.variants.flatMap(({ plan }, index) =>
    (judgements[index] ?? []).map((judgement) => {
      const { threshold } = judgement;
      return [
        `${signOf(judgement)} ${threshold.expr}${scopeOf(threshold)}`,
        plan.variant,
        judgedValue(judgement),
        marginOf(judgement),
      ];
    }),
  );
  return rows.length === 0 ? [] : markdownTable(['threshold', 'variant', 'value', 'margin'], rows);
}

/** What most requests of a window failed of: `reset · processEnded 23`. */
function mainFailures(variant: VariantRuns, window: string): string {
  return failureKinds(variant, window)
    .slice(0, 3)
    .map(({ cause, reason, count }) => `${cause} · ${reason} ${formatCount(count)}`)
    .join(', ');
}

/** A row a window and variant; nothing where there is no window beside `all`. */
function windowTable({ study }: Conclusion): readonly string[] {
  const windows = study.variants[0]!.plan.windows.map(({ name }) => name);
  if (windows.length < 2) return [];
  const rows = windows.flatMap((window) =>
    study.variants.map((variant) => {
      const cell = (metric: string): string =>
        formatEstimate(metricEstimate(variant, { ...overall(metric), window }), (value) =>
          formatMetric(metric, value),
        );
      const requests = variant.runs
        .map((run) => clientFigures(run, { window, client: null }).requests)
        .reduce((sum, count) => sum + count, 0);
      return [
        window,
        variant.plan.variant,
        formatCount(requests),
        cell('latency.p50'),
        cell('latency.p99'),
        cell('errors.ratio'),
        mainFailures(variant, window),
      ];
    }),
  );
  return markdownTable(['window', 'variant', 'requests', 'p50', 'p99', 'failed', 'of'], rows);
}

/** A sentence a rollout; it says of which variant where there are several. */
function rolloutItems({ study }: Conclusion): readonly string[] {
  return study.variants.flatMap((variant) =>
    rolloutSentences(variant).map((sentence) =>
      study.variants.length === 1 ? `- ${sentence}` : `- With ${variant.plan.variant}: ${sentence}`,
    ),
  );
}

/** The page, with a newline at its end. */
export function markdown(conclusion: Conclusion): string {
  const { study, judgements, comparison, fingerprint } = conclusion;
  const [first] = study.variants;
  const { plan } = first!;
  const sections = [
    [`## ${escapeCell(plan.scenario)}`],
    plan.question === '' ? [] : [`*${escapeCell(plan.question)}*`],
    comparedVerdictLines(judgements, { partial: study.partial, style: PLAIN }).map(
      (line) => `**${line.trim()}**`,
    ),
    comparison === null
      ? []
      : comparisonSentences(comparison).map((line) => `- ${escapeCell(line)}`),
    rolloutItems(conclusion).map(escapeCell),
    remarks(conclusion).map((line) => `- ${escapeCell(line)}`),
    metricTable(conclusion),
    windowTable(conclusion),
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

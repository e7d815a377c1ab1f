/** A sweep as Markdown, for a pull request or a step summary. */
import { metricKey } from '../../study/figures/query.ts';
import type { SweepConclusion } from '../../study/sweep/conclusion.ts';
import { markdownTable } from './table.ts';
import { sweepSentences } from '../text/sweep/answer.ts';
import { intervalText, limitsOf, queriesShown, SIGNS } from '../text/sweep/cells.ts';

/** The answer, and a row a point with its intervals. */
export function sweepMarkdown(conclusion: SweepConclusion): string {
  const { sweep, points } = conclusion;
  const { plan } = sweep.points[0]!;
  const queries = queriesShown(conclusion);
  const judged = points.some(({ judgements }) => judgements.length > 0);
  const head = [
    ...sweep.parameters.map(({ name }) => name),
    ...queries.map((query) => `${metricKey(query)} ${limitsOf(conclusion, query)}`.trim()),
    ...(judged ? ['meets all'] : []),
  ];
  const rows = points.map((point) => [
    ...point.values.map(({ text }) => text),
    ...queries.map((query) => intervalText(point, query).slice(metricKey(query).length + 1)),
    ...(judged ? [SIGNS[point.verdict]] : []),
  ]);
  return [
    `## ${plan.scenario}`,
    ...(plan.question === '' ? [] : ['', plan.question]),
    '',
    ...sweepSentences(conclusion),
    '',
    ...markdownTable(head, rows),
    '',
    `95 % intervals; seed ${plan.seed}, fingerprint \`${conclusion.fingerprint}\`.`,
    '',
  ].join('\n');
}

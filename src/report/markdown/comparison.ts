/** Variants side by side as a table in Markdown. */
import type { Comparison } from '../../study/comparison/compare.ts';
import { escapeCell, markdownTable } from './table.ts';
import { methodLine } from '../text/comparison-method.ts';
import { comparisonSentences } from '../text/comparison-sentences.ts';
import { changeCell, changeDirection, valueCell } from '../text/comparison-table.ts';
import { savedNotes, savedPopulation } from '../text/saved-comparison.ts';
import type { SavedComparison } from '../text/saved-comparison.ts';

/** Lines of the table, a row a metric of `shown`: `43.7ms ± 4.0% (-24.4% better)`. */
export function comparedTable(comparison: Comparison, shown: readonly string[]): readonly string[] {
  const rows = comparison.metrics.filter(({ metric }) => shown.includes(metric));
  return markdownTable(
    ['metric', ...comparison.variants.map(({ variant }) => variant)],
    rows.map((row) => [
      row.metric,
      ...row.variants.map((variant) => {
        const change = changeCell(comparison, row, variant);
        const direction = changeDirection(row, variant);
        const text = direction === null ? change : `${change} ${direction}`;
        return `${valueCell(comparison, row, variant)}${text === '' ? '' : ` (${text})`}`;
      }),
    ]),
  );
}

/** Saved results side by side as a page, with a newline at its end. */
export function savedMarkdown(saved: SavedComparison): string {
  const { comparison, samples } = saved;
  const shown = comparison.metrics.map(({ metric }) => metric);
  const sections = [
    [`## ${escapeCell(samples[0]!.scenario)}`],
    [...comparisonSentences(comparison), ...savedNotes(saved)].map(
      (line) => `- ${escapeCell(line)}`,
    ),
    comparedTable(comparison, shown),
    [`${methodLine(comparison)} ${savedPopulation(saved)}`],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

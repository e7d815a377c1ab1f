/** Variants side by side as a table in Markdown. */
import type { Comparison } from '../study/comparison/compare.ts';
import { markdownTable } from './markdown-table.ts';
import { changeCell, changeDirection, valueCell } from './text/comparison-table.ts';

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

/** Tables in Markdown. */

/** A cell that cannot end its row. */
export const escapeCell = (cell: string): string =>
  cell.replace(/[|\\]/g, '\\$&').replace(/\s*\n\s*/g, ' ');

/** Lines of a table; all columns but the first are to the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)];
}

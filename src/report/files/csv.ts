/** Tables as CSV: RFC 4180 quoting, LF, a header. */
import { stringify } from 'csv-stringify/sync';
import type { Study } from '../../study/study.ts';
import type { Table } from './tables.ts';

/** Rows of cells as text. */
export const csvText = (rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : stringify(rows as string[][], { record_delimiter: '\n' });

/** The file in pieces, header first. */
export function* csvChunks(table: Table, study: Study): Iterable<string> {
  yield csvText([table.columns]);
  for (const rows of table.blocks(study)) yield csvText(rows);
}

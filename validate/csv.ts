/** Reads CSV with a header line (RFC 4180, fields without line breaks), gzipped or plain, and says where it is broken. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A recording that cannot be read: the message begins with the file and, where it is known, the line. */
export class BrokenRecording extends Error {}

/** One line: its cells by the names of the header. */
export class Row {
  readonly line: number;
  private readonly table: Table;
  private readonly cells: readonly string[];

  constructor(table: Table, line: number, cells: readonly string[]) {
    this.table = table;
    this.line = line;
    this.cells = cells;
  }

  /** The cell of a column; empty where the file has no such column. */
  text(column: string): string {
    return this.cells[this.table.columns.indexOf(column)] ?? '';
  }

  /** The number in a cell that must have one. */
  number(column: string): number {
    const text = this.text(column);
    const number = Number(text);
    if (text === '' || !Number.isFinite(number)) {
      this.fail(`${column}: ${text === '' ? 'nothing' : `"${text}"`} where a number is expected`);
    }
    return number;
  }

  fail(message: string): never {
    throw new BrokenRecording(`${this.table.name}:${this.line}: ${message}`);
  }
}

export class Table {
  /** As it is called in messages. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];

  constructor(name: string, text: string) {
    this.name = name;
    const lines = text.split(/\r?\n/);
    this.columns = cellsOf(lines[0]!) ?? [];
    if (text.trim() === '') throw new BrokenRecording(`${name}: is empty`);
    const rows: Row[] = [];
    lines.forEach((line, index) => {
      if (index === 0 || line === '') return;
      const cells = cellsOf(line);
      const row = new Row(this, index + 1, cells ?? []);
      if (cells === null) return row.fail('a quote is not closed');
      if (cells.length !== this.columns.length) {
        row.fail(`${cells.length} cells under ${this.columns.length} columns`);
      }
      rows.push(row);
    });
    this.rows = rows;
  }

  has(...columns: readonly string[]): boolean {
    return columns.every((column) => this.columns.includes(column));
  }
}

export function readTable(path: string, name: string): Table {
  let bytes: Buffer = readFileSync(path);
  if (path.endsWith('.gz')) {
    try {
      bytes = gunzipSync(bytes);
    } catch {
      throw new BrokenRecording(`${name}: is not a gzip file, or only the beginning of one`);
    }
  }
  return new Table(name, bytes.toString('utf8'));
}

/** The cells of a line; null: a quote is not closed. */
function cellsOf(line: string): string[] | null {
  if (!line.includes('"')) return line.split(',');
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (isQuoted && character === '"' && line[i + 1] === '"') {
      cell += '"';
      i++;
    } else if (character === '"') {
      isQuoted = !isQuoted;
    } else if (character === ',' && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else {
      cell += character;
    }
  }
  return isQuoted ? null : [...cells, cell];
}

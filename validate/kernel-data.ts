/**
 * Recordings of a kernel in a folder, wherever they lie below it: CSV files, plain or gzipped, found
 * by their name without `.csv` and `.gz`.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BrokenRecording, readTable } from './csv.ts';

/** A row by column. */
export type Row = Readonly<Record<string, string>>;

export class KernelData {
  readonly folder: string;
  private readonly files = new Map<string, string>();

  constructor(folder: string) {
    this.folder = folder;
    let paths: string[];
    try {
      paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    } catch {
      throw new BrokenRecording(`${folder} is not a folder that can be read`);
    }
    for (const path of paths.sort((a, b) => (a < b ? -1 : 1))) {
      const name = /^(.+)\.csv(\.gz)?$/.exec(basename(path))?.[1];
      if (name !== undefined && !this.files.has(name)) this.files.set(name, join(folder, path));
    }
    if (this.files.size === 0) throw new BrokenRecording(`${folder} holds no CSV files`);
  }

  /** Names of the recordings that begin like this, in order. */
  names(prefix: string): string[] {
    return [...this.files.keys()].filter((name) => name.startsWith(prefix));
  }

  has(name: string): boolean {
    return this.files.has(name);
  }

  /** The rows of a recording, which there must be, with `columns` at least. */
  rows(name: string, columns: readonly string[]): Row[] {
    const path = this.files.get(name);
    if (path === undefined) throw new BrokenRecording(`there is no recording ${name}`);
    const table = readTable(path, path);
    const missing = columns.filter((column) => !table.has(column));
    if (missing.length > 0)
      throw new BrokenRecording(`${path}: has no column ${missing.join(', ')}`);
    return table.rows.map((row) =>
      Object.fromEntries(table.columns.map((column) => [column, row.text(column)])),
    );
  }
}

/** The number in a cell. */
export function number(row: Row, column: string): number {
  const value = Number(row[column]);
  if (row[column] === '' || Number.isNaN(value)) {
    throw new BrokenRecording(`"${row[column]}" in column ${column} is not a number`);
  }
  return value;
}

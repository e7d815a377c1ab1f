/**
 * Recordings of a kernel in a folder, wherever they lie below it: CSV files, plain or gzipped, found
 * by their name without `.csv` and `.gz`.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A folder or a recording that cannot be read: what is wrong with it. */
export class UnreadableData extends Error {}

/** A row by column. */
export type Row = Readonly<Record<string, string>>;

export class KernelData {
  private readonly files = new Map<string, string>();

  constructor(folder: string) {
    let paths: string[];
    try {
      paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    } catch {
      throw new UnreadableData(`${folder} is not a folder that can be read`);
    }
    for (const path of paths.sort((a, b) => (a < b ? -1 : 1))) {
      const name = /^(.+)\.csv(\.gz)?$/.exec(basename(path))?.[1];
      if (name !== undefined && !this.files.has(name)) this.files.set(name, join(folder, path));
    }
    if (this.files.size === 0) throw new UnreadableData(`${folder} holds no CSV files`);
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
    if (path === undefined) throw new UnreadableData(`there is no recording ${name}`);
    const [header = [], ...lines] = parseCsv(readText(path));
    const missing = columns.filter((column) => !header.includes(column));
    if (missing.length > 0) throw new UnreadableData(`${path} has no column ${missing.join(', ')}`);
    return lines.map((cells, index) => {
      if (cells.length !== header.length) {
        throw new UnreadableData(
          `${path}:${index + 2}: ${cells.length} cells where the header has ${header.length}`,
        );
      }
      return Object.fromEntries(header.map((column, i) => [column, cells[i]!]));
    });
  }
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new UnreadableData(`${path}: ${(error as Error).message}`);
  }
}

/** The cells of a CSV text (RFC 4180, without line feeds inside cells), empty lines left out. */
export const parseCsv = (text: string): string[][] =>
  text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => (line.includes('"') ? quotedCells(line) : line.split(',')));

function quotedCells(line: string): string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/gy;
  for (;;) {
    const match = cell.exec(line);
    if (match === null) return cells;
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === '') return cells;
  }
}

/** The number in a cell. */
export function number(row: Row, column: string): number {
  const value = Number(row[column]);
  if (row[column] === '' || Number.isNaN(value)) {
    throw new UnreadableData(`"${row[column]}" in column ${column} is not a number`);
  }
  return value;
}

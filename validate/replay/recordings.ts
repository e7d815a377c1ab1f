/**
 * What a kernel's IPVS did, as recorded: the files of a folder by kind, and their runs. The columns are explained in
 * test/data/kernel/ipvs/README.md; they may stand in any order, and what a file does not have is empty.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareCodeUnits } from '../../src/base/order.ts';
import { BrokenRecording, readTable, type Row, type Table } from '../csv.ts';

/** One virtual server from creation to deletion, or for as long as it was watched. */
export interface Run {
  readonly name: string;
  readonly rows: readonly Row[];
}

export type Recording = { readonly file: string } & (
  | { readonly kind: 'script'; readonly runs: readonly Run[] }
  | { readonly kind: 'persistence'; readonly runs: readonly Run[]; readonly clock: Clock | null }
  | { readonly kind: 'templates'; readonly runs: readonly Run[] }
  | { readonly kind: 'other'; readonly why: string }
);

/** The kernel's tick at an instant of the recording. */
export interface Clock {
  readonly tick: number;
  /** ns. */
  readonly at: number;
}

/** The recordings in a folder and those below it, by name. */
export function recordingsIn(folder: string): Recording[] {
  if (!existsSync(folder)) throw new BrokenRecording(`${folder}: no such folder`);
  if (!statSync(folder).isDirectory()) throw new BrokenRecording(`${folder}: is not a folder`);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.csv(\.gz)?$/.test(file))
    .sort(compareCodeUnits);
  if (files.length === 0) {
    throw new BrokenRecording(`${folder}: holds no recording (*.csv or *.csv.gz)`);
  }
  return files.map((file) => readRecording(join(folder, file), file));
}

function readRecording(path: string, file: string): Recording {
  const table = readTable(path, file);
  if (table.has('run', 't_ms', 'op', 'server', 'result')) {
    return { file, kind: 'script', runs: runsOf(table.rows) };
  }
  if (table.has('run', 't_s', 'op', 'persist_s', 'result')) {
    const clockRow = table.rows.find((row) => row.text('op') === 'clock');
    const clock =
      clockRow === undefined
        ? null
        : { tick: clockRow.number('result'), at: clockRow.number('t_s') * 1e9 };
    const rows = table.rows.filter((row) => row !== clockRow);
    return { file, kind: 'persistence', runs: runsOf(rows), clock };
  }
  if (table.has('run', 't_s', 'client_net', 'controlled_entries')) {
    return { file, kind: 'templates', runs: runsOf(table.rows) };
  }
  return { file, kind: 'other', why: whyNot(table) };
}

function whyNot(table: Table): string {
  if (table.has('case', 'event'))
    return 'a table of what connections live through, not a sequence of picks';
  if (table.columns.some((column) => /_(us|ms|ns)$/.test(column))) return 'timings, no picks';
  return 'its columns are not those of a recorded run';
}

function runsOf(rows: readonly Row[]): Run[] {
  const runs = new Map<string, Row[]>();
  for (const row of rows) {
    const name = row.text('run');
    const run = runs.get(name);
    if (run === undefined) runs.set(name, [row]);
    else run.push(row);
  }
  return [...runs].map(([name, of]) => ({ name, rows: of }));
}

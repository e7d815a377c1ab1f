/** Writes what a study found: the files that every study leaves, and those that were asked for. */
import { join } from 'node:path';
import { csvChunks } from '../../report/files/csv.ts';
import { encodeHistogram } from '../../report/files/histogram-encoding.ts';
import { markdown } from '../../report/markdown.ts';
import { resultJsonChunks } from '../../report/files/result-json.ts';
import { EXPORT_TABLES, TABLES } from '../../report/files/tables.ts';
import type { Table } from '../../report/files/tables.ts';
import type { Conclusion } from '../../study/conclusion.ts';
import type { Study } from '../../study/study.ts';
import type { ExportRequest } from '../options.ts';
import { prepareFolderOf, refuseFolder, writeWhole } from './output-files.ts';

const RESULT_JSON = 'result.json';
const MARKDOWN_FILE = 'summary.md';

/** A file to be written. */
interface OutputFile {
  readonly path: string;
  pieces(conclusion: Conclusion): Iterable<string>;
}

const csvFile = (path: string, table: Table): OutputFile => ({
  path,
  pieces: (conclusion) => csvChunks(table, conclusion.study),
});

const tableNamed = (name: string): Table =>
  [...TABLES, ...EXPORT_TABLES].find((table) => table.name === name)!;

function exported(folder: string, { format, file }: ExportRequest): OutputFile | null {
  switch (format) {
    case 'connections':
    case 'requests':
      return csvFile(file ?? join(folder, `${format}.csv`), tableNamed(format));
    case 'csv':
      // Without a name of its own it is one of the files that every study leaves.
      return file === null ? null : csvFile(file, tableNamed('summary'));
    case 'json':
      return file === null ? null : { path: file, pieces: resultJson };
    case 'markdown':
      return {
        path: file ?? join(folder, MARKDOWN_FILE),
        pieces: (conclusion) => [markdown(conclusion)],
      };
  }
}

/** result.json in pieces. */
export const resultJson = (conclusion: Conclusion): Iterable<string> =>
  resultJsonChunks(conclusion, encodeHistogram);

/** summary.csv in pieces. */
export const summaryCsv = (study: Study): Iterable<string> =>
  csvChunks(tableNamed('summary'), study);

/** Where a study's results go. */
export interface ResultWriter {
  /** Writes everything; returns the names for the summary: in the folder, and elsewhere. */
  write(conclusion: Conclusion): readonly string[];
}

/**
 * Checks that everything can be written, before anything is simulated.
 *
 * @throws CommandFailure
 */
export function prepareResults(folder: string, requests: readonly ExportRequest[]): ResultWriter {
  const files: OutputFile[] = [
    ...TABLES.map((table) => csvFile(join(folder, `${table.name}.csv`), table)),
    ...requests.flatMap((request) => exported(folder, request) ?? []),
    // Last, so that whoever waits for it finds the others.
    { path: join(folder, RESULT_JSON), pieces: resultJson },
  ];
  for (const { path } of files) {
    prepareFolderOf(path);
    refuseFolder(path);
  }
  return {
    write(conclusion): readonly string[] {
      for (const file of files) writeWhole(file.path, file.pieces(conclusion));
      const inFolder = join(folder, '/');
      return files.map(({ path }) =>
        path.startsWith(inFolder) ? path.slice(inFolder.length) : path,
      );
    },
  };
}

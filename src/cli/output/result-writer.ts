/** Writes what a study found: the files that every study leaves, and those that were asked for. */
import { join, parse } from 'node:path';
import type { Plan } from '../../contract/plan.ts';
import { resultJson, STUDY_REPORTERS } from '../../report/exports/study-reporters.ts';
import type { StudyReport } from '../../report/exports/study-reporters.ts';
import { csvChunks } from '../../report/files/csv.ts';
import { TABLES } from '../../report/files/tables.ts';
import type { ExportRequest } from '../options.ts';
import { prepareFile, writeWhole } from './output-files.ts';

/** A file to be written. */
interface OutputFile {
  readonly path: string;
  pieces(report: StudyReport): Iterable<string>;
}

/** `latency-ipvs.hgrm` for `latency.hgrm` and `-ipvs`. */
function withSuffix(path: string, suffix: string): string {
  if (suffix === '') return path;
  const { dir, name, ext } = parse(path);
  return join(dir, `${name}${suffix}${ext}`);
}

function exported(
  folder: string,
  { format, file }: ExportRequest,
  plans: readonly Plan[],
): readonly OutputFile[] {
  const { usualName, isLeft, files } = STUDY_REPORTERS[format];
  if (file === null && isLeft) return [];
  const path = file ?? join(folder, usualName);
  return files(plans).map(({ suffix, pieces }) => ({ path: withSuffix(path, suffix), pieces }));
}

/** Where a study's results go. */
export interface ResultWriter {
  /** Writes everything; returns the names for the summary: in the folder, and elsewhere. */
  write(report: StudyReport): readonly string[];
}

/**
 * Checks that everything can be written, before anything is simulated.
 *
 * @throws CommandFailure
 */
export function prepareResults(
  folder: string,
  requests: readonly ExportRequest[],
  plans: readonly Plan[],
): ResultWriter {
  const files: OutputFile[] = [
    ...TABLES.map((table) => ({
      path: join(folder, `${table.name}.csv`),
      pieces: ({ conclusion }: StudyReport) => csvChunks(table, conclusion.study),
    })),
    ...requests.flatMap((request) => exported(folder, request, plans)),
    // Last, so that whoever waits for it finds the others.
    {
      path: join(folder, STUDY_REPORTERS.json.usualName),
      pieces: ({ conclusion }) => resultJson(conclusion),
    },
  ];
  for (const { path } of files) prepareFile(path);
  return {
    write(report): readonly string[] {
      for (const file of files) writeWhole(file.path, file.pieces(report));
      const inFolder = join(folder, '/');
      return files.map(({ path }) =>
        path.startsWith(inFolder) ? path.slice(inFolder.length) : path,
      );
    },
  };
}

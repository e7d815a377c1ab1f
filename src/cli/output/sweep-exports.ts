/** Writes a sweep in the forms that were asked for, beside the files that every sweep leaves. */
import { join } from 'node:path';
import type { SweepExport } from '../../report/exports/formats.ts';
import { SWEEP_REPORTERS } from '../../report/exports/sweep-reporters.ts';
import type { SweepReport } from '../../report/exports/sweep-reporters.ts';
import type { ExportRequest } from '../options.ts';
import { prepareFile, writeWhole } from './output-files.ts';

/** Writes everything; returns the names for the summary. */
export type SweepExporter = (report: SweepReport) => readonly string[];

/**
 * Checks that everything can be written, before anything is simulated.
 *
 * @throws CommandFailure
 */
export function prepareSweepExports(
  folder: string,
  requests: readonly ExportRequest<SweepExport>[],
): SweepExporter {
  const files = requests.flatMap(({ format, file }) => {
    const { usualName, isLeft, pieces } = SWEEP_REPORTERS[format];
    if (file === null && isLeft) return [];
    return [{ path: file ?? join(folder, usualName), name: file ?? usualName, pieces }];
  });
  for (const { path } of files) prepareFile(path);
  return (report) =>
    files.map(({ path, name, pieces }) => {
      writeWhole(path, pieces(report));
      return name;
    });
}

/** Loads scenario files, and says on standard error what is wrong with them. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Diagnostic } from '../../scenario/diagnostics/diagnostics.ts';
import { renderDiagnostics } from '../../scenario/diagnostics/render.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { LoadedScenario } from '../../scenario/load.ts';
import type { SweepRequest } from '../../scenario/sweep/sweep.ts';
import type { StudyFlags } from '../options.ts';
import { sourceFiles } from './source-files.ts';
import { isColored, note } from '../terminal/terminal.ts';

type Overrides = Pick<StudyFlags, 'set' | 'vary' | 'seed' | 'replications'> & {
  readonly sweep?: SweepRequest;
};

/** What came of one file. */
export interface LoadedFile {
  readonly file: string;
  /** Null where it has errors. */
  readonly scenario: LoadedScenario | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Texts of the files that were read, by name. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Loads one file with what the flags change in it. */
export function loadFile(file: string, flags: Overrides): LoadedFile {
  const loaded = loadScenario(file, sourceFiles(fs, path), {
    ...(flags.set === undefined ? {} : { set: flags.set }),
    ...(flags.vary === undefined ? {} : { vary: flags.vary }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
    ...(flags.replications === undefined ? {} : { replications: flags.replications }),
    ...(flags.sweep === undefined ? {} : { sweep: flags.sweep }),
  });
  return loaded.ok
    ? { file, scenario: loaded.scenario, diagnostics: loaded.warnings, sources: loaded.sources }
    : { file, scenario: null, diagnostics: loaded.diagnostics, sources: loaded.sources };
}

/** The scenario in one file, with its diagnostics shown: warnings unless `quiet`. Null where it has errors. */
export function loadScenarioFile(
  file: string,
  { quiet, ...flags }: Overrides & Pick<StudyFlags, 'quiet'>,
): LoadedScenario | null {
  const loaded = loadFile(file, flags);
  if (quiet !== true || loaded.scenario === null) showDiagnostics(loaded);
  return loaded.scenario;
}

/** Shows diagnostics as text on standard error. */
export function showDiagnostics({ diagnostics, sources }: LoadedFile): void {
  if (diagnostics.length === 0) return;
  const color = isColored(process.stderr);
  note(renderDiagnostics(diagnostics, sources, { format: 'text', color }).trimEnd());
}

/**
 * Scenarios to start from: one for what is in some manifests. Files are reached through a SourceReader, the text is
 * returned, and nothing is returned that the loader does not take.
 */
import type { Diagnostic } from '../diagnostics/diagnostics.ts';
import { Findings } from '../diagnostics/diagnostics.ts';
import { Files } from '../documents.ts';
import { loadScenario } from '../load.ts';
import type { LoadedScenario } from '../load.ts';
import type { SourceReader } from '../text/source.ts';
import { scenarioFromManifests } from './scenario-from-manifests.ts';
import { surveyManifests } from './survey.ts';

/** A scenario for manifests, or what is wrong with them. */
export type Starter = {
  readonly diagnostics: readonly Diagnostic[];
  /** The text of every file that was read, by its name. */
  readonly sources: ReadonlyMap<string, string>;
} & (
  | { readonly text: string; readonly scenario: LoadedScenario }
  /** `problem`: what the diagnostics do not say; null: they say it all. */
  | { readonly text: null; readonly problem: string | null }
);

/**
 * The scenario for manifests.
 *
 * @param entry the file that the scenario is going to be
 * @param include the names of the files with manifests, relative to it
 * @param reader reads them; it is not asked for `entry`
 */
export function scenarioFor(
  entry: string,
  include: readonly string[],
  reader: SourceReader,
): Starter {
  const findings = new Findings();
  const files = new Files(reader, findings);
  const names = include.map((file) => reader.resolve(entry, file));
  const survey = surveyManifests(names, files, findings);
  const text = findings.errors > 0 ? null : scenarioFromManifests(survey, include);
  const sources = files.texts();
  if (text === null) {
    const diagnostics = findings.sorted([...sources.keys()]);
    const problem = findings.errors > 0 ? null : whyNothing(survey.services.length);
    return { text, problem, diagnostics, sources };
  }
  const loaded = loadScenario(entry, {
    read: (path) => (path === entry ? text : reader.read(path)),
    resolve: (from, relative) => reader.resolve(from, relative),
  });
  if (loaded.ok) {
    const { scenario, warnings } = loaded;
    return { text, scenario, diagnostics: warnings, sources: loaded.sources };
  }
  return { text: null, problem: null, diagnostics: loaded.diagnostics, sources: loaded.sources };
}

const whyNothing = (services: number): string =>
  services === 0
    ? 'there is no Service among these manifests, and so nothing to call'
    : 'no Service among these manifests has pods behind it that could be called';

/**
 * `svcsim init`: writes a scenario, from nothing or for manifests. What it writes loads; where the manifests have
 * errors nothing is written.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { shellWord } from '../../../base/shell-word.ts';
import { plural } from '../../../report/numbers.ts';
import { FIRST_SCENARIO } from '../../../scenario/starter/first-scenario.ts';
import { scenarioFor } from '../../../scenario/starter/starter.ts';
import type { LoadedScenario } from '../../../scenario/load.ts';
import { CommandFailure } from '../../command-failure.ts';
import type { InitFlags } from '../../commands/init.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { showDiagnostics } from '../../input/loading.ts';
import { sourceFiles } from '../../input/source-files.ts';
import { prepareFile, writeWhole } from '../../output/output-files.ts';
import { note, print } from '../../terminal/terminal.ts';
import { findManifests } from './manifests.ts';
import type { FoundManifests } from './manifests.ts';

const SCENARIO_FILE = 'scenario.yaml';

/** @throws CommandFailure where a file stands in the way, or nothing could be simulated. */
export function initAction(folder: string, flags: InitFlags): ExitCode {
  const entry = path.join(folder, SCENARIO_FILE);
  if (flags.from === undefined) {
    write([[entry, FIRST_SCENARIO]], flags);
    print(`Wrote ${entry}: one Service in front of five pods, in three modes of kube-proxy.\n`);
    print(nextSteps(entry));
    return EXIT.passed;
  }
  const found = findManifests(flags.from, folder);
  for (const { file, why } of found.passedBy) note(`${file}: passed by, ${why}`);
  const starter = scenarioFor(entry, found.include, readerOf(found));
  const { diagnostics, sources } = starter;
  showDiagnostics({ file: entry, scenario: null, diagnostics, sources });
  if (starter.text === null) {
    if (starter.problem === null) return EXIT.invalid;
    throw new CommandFailure(EXIT.invalid, `${starter.problem}; nothing was written`);
  }
  const saved = found.saved === null ? [] : [[found.saved.file, found.saved.text] as const];
  write([...saved, [entry, starter.text]], flags);
  if (found.saved !== null) print(`Wrote ${found.saved.file}: the manifests of standard input.\n`);
  print(`Wrote ${entry}: ${contentsOf(starter.scenario)}.\n`);
  print('What manifests do not say is marked "assumed" in it: service times, rates, who calls.\n');
  print(nextSteps(entry));
  return EXIT.passed;
}

/** Files by name, and what came by standard input under the name that it is going to have. */
function readerOf({ saved }: FoundManifests): ReturnType<typeof sourceFiles> {
  const reader = sourceFiles(fs, path);
  return {
    read: (name) => (name === saved?.file ? saved.text : reader.read(name)),
    resolve: (from, relative) => reader.resolve(from, relative),
  };
}

function write(files: readonly (readonly [string, string])[], { force }: InitFlags): void {
  for (const [file] of files) {
    if (force !== true && fs.existsSync(file)) {
      const message = `${file} exists already, and is left as it is; --force writes over it`;
      throw new CommandFailure(EXIT.invalid, message);
    }
    prepareFile(file);
  }
  for (const [file, text] of files) writeWhole(file, [text]);
}

function contentsOf({ base }: LoadedScenario): string {
  // The cluster's own DNS is in no file.
  const services = base.services.length - (base.dns === null ? 0 : 1);
  return `${plural(services, 'Service')}, ${plural(base.clients.length, 'client')}`;
}

const nextSteps = (entry: string): string => `
Next:
  svcsim plan ${shellWord(entry)}       what is to be expected of it
  svcsim compare ${shellWord(entry)}    what callers see, mode by mode
`;

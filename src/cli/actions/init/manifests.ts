/** The manifests that `init --from` names: files, all of a folder, or standard input. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { shellWord } from '../../../base/shell-word.ts';
import { compareCodeUnits } from '../../../base/order.ts';
import { isManifestName, whyNoManifests } from '../../../scenario/starter/manifest-files.ts';
import { CommandFailure } from '../../command-failure.ts';
import { EXIT } from '../../exit-codes.ts';
import { sourceFiles, STANDARD_INPUT } from '../../input/source-files.ts';

/** What comes by standard input is kept under this name: the scenario includes it. */
const SAVED_FILE = 'manifests.yaml';

export interface FoundManifests {
  /** Relative to the folder of the scenario, each once. */
  readonly include: readonly string[];
  /** Standard input, which is written to a file; null: it was not named. */
  readonly saved: { readonly file: string; readonly text: string } | null;
  /** Files of folders that hold no manifests, with the reason. */
  readonly passedBy: readonly { readonly file: string; readonly why: string }[];
}

/**
 * Finds them.
 *
 * @throws CommandFailure for a folder without manifests, and for what can't be read
 */
export function findManifests(names: readonly string[], folder: string): FoundManifests {
  const files: string[] = [];
  const passedBy: { file: string; why: string }[] = [];
  let saved: FoundManifests['saved'] = null;
  if (names.length > 1) refuseFolder(names.at(-1)!);
  for (const name of new Set(names)) {
    if (name === STANDARD_INPUT) {
      saved = { file: path.join(folder, SAVED_FILE), text: read(name) };
      files.push(saved.file);
    } else if (fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() === true) {
      const inside = filesOf(name);
      passedBy.push(...inside.passedBy);
      files.push(...inside.manifests);
      if (inside.manifests.length > 0) continue;
      throw new CommandFailure(
        EXIT.invalid,
        `${name} is a folder without manifests in .yaml, .yml or .json`,
      );
    } else {
      files.push(name);
    }
  }
  const relative = files.map((file) => path.relative(folder, file).split(path.sep).join('/'));
  return { include: [...new Set(relative)], saved, passedBy };
}

/** The last of several names that does not exist and is no name of a manifest: where the scenario should go. */
function refuseFolder(name: string): void {
  if (name === STANDARD_INPUT || isManifestName(name) || fs.existsSync(name)) return;
  throw new CommandFailure(
    EXIT.invalid,
    `cannot read ${name}: no such file. If the scenario should go there, say it before --from: svcsim init ${shellWord(name)} --from …`,
  );
}

/** Of a folder itself, not of those in it: as kubectl does without -R. */
function filesOf(folder: string): {
  readonly manifests: readonly string[];
  readonly passedBy: FoundManifests['passedBy'];
} {
  const files = fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && isManifestName(entry.name))
    .map(({ name }) => path.join(folder, name))
    .sort(compareCodeUnits);
  const judged = files.map((file) => ({ file, why: whyNoManifests(file, read(file)) }));
  return {
    manifests: judged.flatMap(({ file, why }) => (why === null ? [file] : [])),
    passedBy: judged.flatMap(({ file, why }) => (why === null ? [] : [{ file, why }])),
  };
}

function read(name: string): string {
  try {
    return sourceFiles(fs, path).read(name);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(EXIT.invalid, `cannot read ${name}: ${reason}`);
  }
}

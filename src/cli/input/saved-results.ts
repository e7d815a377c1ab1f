/** Saved results from the command line: folders of results, their result.json by any name, or standard input. */
import * as fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { looksLikeResult, readResult } from '../../report/files/saved-result.ts';
import type { ResultFault, SavedResult } from '../../report/files/saved-result.ts';
import { SourceError } from '../../scenario/text/source.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { readText, STANDARD_INPUT } from './source-files.ts';
import type { SizeLimit } from './source-files.ts';

const RESULT_JSON = 'result.json';
/** No string of V8 is longer than twice this. */
const RESULT_LIMIT: SizeLimit = { bytes: 256 * 1024 * 1024, what: 'a result' };

/** A result and where it was found. */
export interface SavedSource {
  /** As it was typed. */
  readonly path: string;
  /** The folder's own name, or the file's. */
  readonly name: string;
  readonly result: SavedResult;
}

const isFolder = (path: string): boolean =>
  path !== STANDARD_INPUT && fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const fileOf = (path: string): string => (isFolder(path) ? join(path, RESULT_JSON) : path);

function textOf(path: string): string {
  try {
    return readText(fs, fileOf(path), RESULT_LIMIT);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const what = isFolder(path)
      ? `${path} holds no results: ${RESULT_JSON} in it: ${error.message}. Name a folder that svcsim has written, such as results/<scenario>`
      : `cannot read ${path}: ${error.message}`;
    throw new CommandFailure(EXIT.invalid, what);
  }
}

/** Whether what stands at `path` is a result, by its content; a folder is, and what cannot be read is not. */
export function isSavedResult(path: string): boolean {
  if (isFolder(path)) return true;
  try {
    return looksLikeResult(readText(fs, path, RESULT_LIMIT));
  } catch (error) {
    if (error instanceof SourceError) return false;
    throw error;
  }
}

/** The folder's name, for a result.json the name of its folder, and for another file its own. */
function nameOf(path: string): string {
  if (path === STANDARD_INPUT) return path;
  const full = resolve(path);
  if (isFolder(path) || basename(full) !== RESULT_JSON)
    return basename(full).replace(/\.json$/, '');
  return basename(dirname(full));
}

function complaint(path: string, { place, what, mend }: ResultFault): string {
  const where = place === null ? path : `${path}:${place.line}:${place.column}`;
  return `${where}: this is not a result that can be compared: ${what}. ${mend}`;
}

/**
 * Reads the result at `path`.
 *
 * @throws CommandFailure
 */
export function readSavedResult(path: string): SavedSource {
  const read = readResult(textOf(path));
  if (!read.ok) throw new CommandFailure(EXIT.invalid, complaint(fileOf(path), read.fault));
  return { path, name: nameOf(path), result: read.result };
}

/**
 * Files that are written whole or not at all: under a temporary name in the same folder, then
 * renamed. Pipes and devices, such as /dev/stdout, are written to instead: a rename would put a file in
 * their place. What goes wrong names the path and what to do about it.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied; choose another folder with -o DIR'],
  ['EPERM', 'permission denied; choose another folder with -o DIR'],
  ['EROFS', 'the file system is read-only; choose another folder with -o DIR'],
  ['ENOSPC', 'no space left on the device; make room, or choose another folder with -o DIR'],
  ['EDQUOT', 'the disk quota is used up; make room, or choose another folder with -o DIR'],
  ['EFBIG', 'the file would be too large for the file system'],
  ['ENOTDIR', 'a part of the path is a file, not a folder; choose another folder with -o DIR'],
  ['EEXIST', 'it is a file, not a folder; remove it, or choose another folder with -o DIR'],
  ['EISDIR', 'it is a folder, not a file; remove it, or choose another name'],
  ['ENAMETOOLONG', 'the name is too long; choose another folder with -o DIR'],
  ['ENOENT', 'the folder cannot be made there; choose another folder with -o DIR'],
  ['ELOOP', 'too many symbolic links'],
  ['EMFILE', 'too many open files'],
]);

/** The failure for a path that could not be written. */
export function outputFailure(path: string, error: unknown): CommandFailure {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason = ADVICE.get(code) ?? (error instanceof Error ? error.message : String(error));
  return new CommandFailure(EXIT.invalid, `cannot write ${path}: ${reason}`);
}

const temporaryName = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);

/** Stands for the file whose only use is to find out whether a folder can be written to. */
const PROBE = 'svcsim';

/** Whether a process that was killed may have left the file called `name` on its way to one of `files`. */
export function isLeftOver(name: string, files: readonly string[]): boolean {
  const wanted = /^\.(.+)\.\d+\.tmp$/.exec(name)?.[1];
  return wanted !== undefined && (wanted === PROBE || files.includes(wanted));
}

/** Whether a folder stands at `path`. */
const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** What stands at `path`; nothing, too, where no file could be: whoever opens it will learn why. */
function statOrNothing(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * Whether `path` leads to something that is no file of its own: a pipe, a terminal, a device, or
 * /dev/stdout, even where that is redirected to a file.
 */
function isDevice(path: string): boolean {
  const found = statOrNothing(path);
  if (found === undefined || found.isDirectory()) return false;
  return !found.isFile() || /^\/(?:dev|proc)\//.test(resolve(path));
}

/**
 * Makes a folder and those above it. Node's own recursive mkdir never comes back where the file system
 * refuses a folder with ENOENT although the one above it exists, as /proc does.
 */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder && statSync(above, { throwIfNoEntry: false }) === undefined) {
    makeFolder(above);
  }
  mkdirSync(folder);
}

/**
 * Makes sure that the file `path` can be written, before anybody waits for results: its folder is made where there is
 * none, and no folder stands in its place.
 *
 * @throws CommandFailure
 */
export function prepareFile(path: string): void {
  if (isDevice(path)) return;
  prepareFolder(dirname(path));
  if (isFolder(path)) throw outputFailure(path, { code: 'EISDIR' });
}

/** Makes sure that `folder` exists and can be written to. */
function prepareFolder(folder: string): void {
  const probe = temporaryName(join(folder, PROBE));
  try {
    makeFolder(folder);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw outputFailure(folder, error);
  }
}

/**
 * Writes a file from its pieces.
 *
 * @throws CommandFailure, and then leaves neither a part of the file nor the temporary one.
 */
export function writeWhole(path: string, pieces: Iterable<string>): void {
  const inPlace = isDevice(path);
  const temporary = inPlace ? path : temporaryName(path);
  const mode = inPlace ? 'a' : 'w';
  let descriptor: number | null = null;
  // Making the pieces runs our own code, whose bugs are no trouble of the disk's.
  const iterator = pieces[Symbol.iterator]();
  try {
    for (let piece = iterator.next(); piece.done !== true; piece = iterator.next()) {
      try {
        descriptor ??= openSync(temporary, mode);
        writeFileSync(descriptor, piece.value);
      } catch (error) {
        // A reader that has seen enough.
        if (inPlace && (error as NodeJS.ErrnoException).code === 'EPIPE') break;
        throw outputFailure(path, error);
      }
    }
    try {
      descriptor ??= openSync(temporary, mode);
      closeSync(descriptor);
      descriptor = null;
      if (!inPlace) renameSync(temporary, path);
    } catch (error) {
      throw outputFailure(path, error);
    }
  } catch (error) {
    if (descriptor !== null) closeSync(descriptor);
    if (!inPlace) rmSync(temporary, { force: true });
    throw error;
  }
}

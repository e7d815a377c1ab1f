/**
 * Scenario files from the file system and from standard input, as a SourceReader. Node's modules
 * are handed in, so that the library, which also runs where there are none, can use it too.
 */
import type * as NodeFs from 'node:fs';
import type * as NodePath from 'node:path';
import { SourceError } from '../../scenario/text/source.ts';
import type { SourceReader } from '../../scenario/text/source.ts';
import { openFile } from '../../study/files/file-bytes.ts';
import { readError } from '../../study/files/read-error.ts';

/** Larger files are refused before they are read. */
export interface SizeLimit {
  readonly bytes: number;
  /** What may not have more. */
  readonly what: string;
}

const SCENARIO_LIMIT: SizeLimit = { bytes: 32 * 1024 * 1024, what: 'a scenario' };
const BLOCK_BYTES = 64 * 1024;
/** The name of standard input. */
export const STANDARD_INPUT = '-';

const MEBIBYTE = 1024 * 1024;

const tooLarge = (bytes: number | null, limit: SizeLimit): SourceError =>
  new SourceError(
    `${bytes === null ? 'it' : `its ${Math.ceil(bytes / MEBIBYTE)} MiB`} exceed${bytes === null ? 's' : ''} the ${limit.bytes / MEBIBYTE} MiB ${limit.what} may have`,
  );

/** All of a descriptor, which may be a pipe without a size or a device without an end. */
function readDescriptor(fs: typeof NodeFs, descriptor: number, limit: SizeLimit): Uint8Array {
  const blocks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    let read: number;
    try {
      read = fs.readSync(descriptor, block, 0, BLOCK_BYTES, null);
    } catch (error) {
      // Standard input may be non-blocking (a terminal that another program left so).
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') continue;
      // Windows reports the end of a pipe so.
      if ((error as NodeJS.ErrnoException).code === 'EOF') break;
      throw error;
    }
    if (read === 0) break;
    size += read;
    if (size > limit.bytes) throw tooLarge(null, limit);
    blocks.push(block.subarray(0, read));
  }
  return Buffer.concat(blocks);
}

/** It can be read only once, and is asked for twice: for what kind of file it is, and for what it holds. */
let standardInput: Uint8Array | null = null;

function readStandardInput(fs: typeof NodeFs, limit: SizeLimit): Uint8Array {
  standardInput ??= readDescriptor(fs, 0, limit);
  if (standardInput.length > limit.bytes) throw tooLarge(standardInput.length, limit);
  return standardInput;
}

function readBytes(fs: typeof NodeFs, path: string, limit: SizeLimit): Uint8Array {
  if (path === STANDARD_INPUT) return readStandardInput(fs, limit);
  const stat = fs.statSync(path);
  if (stat.isDirectory()) throw new SourceError('it is a directory');
  if (stat.isFile() && stat.size > limit.bytes) throw tooLarge(stat.size, limit);
  if (stat.isFile()) return fs.readFileSync(path);
  const descriptor = fs.openSync(path, 'r');
  try {
    return readDescriptor(fs, descriptor, limit);
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * The text of a file; `-` is standard input.
 *
 * @throws SourceError
 */
export function readText(fs: typeof NodeFs, name: string, limit: SizeLimit): string {
  let bytes: Uint8Array;
  try {
    bytes = readBytes(fs, name, limit);
  } catch (error) {
    throw readError(error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SourceError('it is not UTF-8 text');
  }
}

/** Reads through Node's `fs`; `-` is standard input, and what it includes is relative to the working directory. */
export function sourceFiles(fs: typeof NodeFs, path: typeof NodePath): SourceReader {
  return {
    read: (name) => readText(fs, name, SCENARIO_LIMIT),
    open: (name) => openFile(fs, name),
    resolve(from: string, relative: string): string {
      if (path.isAbsolute(relative)) return relative;
      const folder = from === STANDARD_INPUT ? '.' : path.dirname(from);
      return path.join(folder, relative);
    },
  };
}

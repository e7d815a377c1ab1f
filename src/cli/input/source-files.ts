/**
 * Scenario files from the file system and from standard input, as a SourceReader. Node's modules
 * are handed in, so that the library, which also runs where there are none, can use it too.
 */
import type * as NodeFs from 'node:fs';
import type * as NodePath from 'node:path';
import { SourceError } from '../../scenario/text/source.ts';
import type { SourceReader } from '../../scenario/text/source.ts';

/** Larger files are refused before they are read. */
const SOURCE_BYTES_MAX = 32 * 1024 * 1024;
const BLOCK_BYTES = 64 * 1024;
/** The name of standard input. */
export const STANDARD_INPUT = '-';

const MEBIBYTE = 1024 * 1024;

const tooLarge = (bytes: number | null): SourceError =>
  new SourceError(
    `${bytes === null ? 'it' : `its ${Math.ceil(bytes / MEBIBYTE)} MiB`} exceed${bytes === null ? 's' : ''} the ${SOURCE_BYTES_MAX / MEBIBYTE} MiB a scenario may have`,
  );

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['ELOOP', 'too many symbolic links'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

function reasonOf(error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const message = error instanceof Error ? error.message : String(error);
  return new SourceError(REASONS.get(code) ?? message);
}

/** All of a descriptor, which may be a pipe without a size or a device without an end. */
function readDescriptor(fs: typeof NodeFs, descriptor: number): Uint8Array {
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
    if (size > SOURCE_BYTES_MAX) throw tooLarge(null);
    blocks.push(block.subarray(0, read));
  }
  return Buffer.concat(blocks);
}

function readBytes(fs: typeof NodeFs, path: string): Uint8Array {
  if (path === STANDARD_INPUT) return readDescriptor(fs, 0);
  const stat = fs.statSync(path);
  if (stat.isDirectory()) throw new SourceError('it is a directory');
  if (stat.isFile() && stat.size > SOURCE_BYTES_MAX) throw tooLarge(stat.size);
  if (stat.isFile()) return fs.readFileSync(path);
  const descriptor = fs.openSync(path, 'r');
  try {
    return readDescriptor(fs, descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Reads through Node's `fs`; `-` is standard input, and what it includes is relative to the working directory. */
export function sourceFiles(fs: typeof NodeFs, path: typeof NodePath): SourceReader {
  return {
    read(name: string): string {
      let bytes: Uint8Array;
      try {
        bytes = readBytes(fs, name);
      } catch (error) {
        throw reasonOf(error);
      }
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      } catch {
        throw new SourceError('it is not UTF-8 text');
      }
    },
    resolve(from: string, relative: string): string {
      if (path.isAbsolute(relative)) return relative;
      const folder = from === STANDARD_INPUT ? '.' : path.dirname(from);
      return path.join(folder, relative);
    },
  };
}

/**
 * The bytes of a file, read a stretch at a time. The file is open only meanwhile: a run that is given up leaves nothing
 * behind, and hundreds of clients may read it. That it is still the same is looked at each time.
 */
import type * as NodeFs from 'node:fs';
import { SourceError } from '../../scenario/text/source.ts';
import type { ByteSource } from '../../scenario/text/source.ts';
import { readError } from './read-error.ts';

/** Opens a regular file. Throws SourceError. */
export function openFile(fs: typeof NodeFs, path: string): ByteSource {
  return new FileBytes(fs, path);
}

class FileBytes implements ByteSource {
  readonly stamp: string;
  private readonly fs: typeof NodeFs;
  private readonly path: string;
  private at = 0;

  constructor(fs: typeof NodeFs, path: string) {
    this.fs = fs;
    this.path = path;
    this.stamp = this.withFile((_, stamp) => stamp);
  }

  read(into: Uint8Array): number {
    const count = this.withFile((descriptor, stamp) => {
      if (stamp !== this.stamp) throw new SourceError('it was changed while it was read');
      return this.fs.readSync(descriptor, into, 0, into.length, this.at);
    });
    this.at += count;
    return count;
  }

  private withFile<T>(work: (descriptor: number, stamp: string) => T): T {
    const { fs, path } = this;
    try {
      // A pipe would wait here for somebody who writes.
      const found = fs.statSync(path);
      if (found.isDirectory()) throw new SourceError('it is a directory');
      if (!found.isFile()) {
        throw new SourceError('it is no regular file, and a trace is read once for each run');
      }
      const descriptor = fs.openSync(path, 'r');
      try {
        const { size, mtimeMs, ino } = fs.fstatSync(descriptor);
        return work(descriptor, `${size} bytes, ${mtimeMs}, ${ino}`);
      } finally {
        fs.closeSync(descriptor);
      }
    } catch (error) {
      throw readError(error);
    }
  }
}

/** The bytes of a trace, by whatever its reader offers. */
import { SourceError } from '../text/source.ts';
import type { ByteSource, SourceReader } from '../text/source.ts';
import { isPacked, Unpacked } from './gunzip.ts';

/** Bytes that are in memory. */
class Bytes implements ByteSource {
  readonly stamp: string;
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(text: string) {
    this.bytes = new TextEncoder().encode(text);
    this.stamp = `${this.bytes.length} bytes`;
  }

  read(into: Uint8Array): number {
    const part = this.bytes.subarray(this.at, this.at + into.length);
    into.set(part);
    this.at += part.length;
    return part.length;
  }
}

/** Opens a file, and unpacks it if it is packed with gzip. Throws SourceError. */
export function openBytes(reader: SourceReader, path: string): ByteSource {
  if (path === '-') {
    throw new SourceError('a trace is read once for each run, and standard input only once in all');
  }
  if (reader.open === undefined) return new Bytes(reader.read(path));
  const source = reader.open(path);
  return isPacked(path) ? new Unpacked(source) : source;
}

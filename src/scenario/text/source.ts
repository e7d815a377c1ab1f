/**
 * Where the text of a scenario comes from, and how a place in it is named. Files are reached only
 * through the capability `SourceReader`, so that loading runs in a browser as well.
 */

/** The bytes of a file, one stretch after the other, for those that are larger than memory. Nothing has to be closed. */
export interface ByteSource {
  /** What tells whether the file is still the one that it was: its size and the time of its last change, say. */
  readonly stamp: string;
  /** Puts what comes next at the beginning of `into`; the number of bytes, 0 at the end. Throws SourceError. */
  read(into: Uint8Array): number;
}

/** Reads the files a scenario consists of. */
export interface SourceReader {
  /** The text of a file. Throws SourceError where it can't be read. */
  read(path: string): string;
  /** Its bytes, unpacked; without this they are those of the text. Throws SourceError where it can't be opened. */
  open?(path: string): ByteSource;
  /** The path that `relative` means when it is written in the file `from`. */
  resolve(from: string, relative: string): string;
}

/** A file that could not be read, with the reason in words: `no such file`, `is a directory`. */
export class SourceError extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = 'SourceError';
    this.reason = reason;
  }
}

/** Files beyond this are refused before they are parsed: no manifest comes near it. */
export const SOURCE_CHARACTERS_MAX: number = 32 * 1024 * 1024;

/** The text of one file (or of one command-line value) and the places of its lines. */
export class SourceText {
  readonly name: string;
  readonly text: string;
  private lineStarts: number[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** Line and column, both from 1, of a character offset. */
  position(offset: number): { line: number; column: number } {
    // Lines are found only once something has to be said about the file.
    this.lineStarts ??= lineStarts(this.text);
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.lineStarts[low]! + 1 };
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** A stretch of a source, as character offsets [start, end). */
export interface Span {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

/** Lines of a file of any size, in one buffer: what they hold is never made into strings. */
import type { ByteSource } from '../text/source.ts';

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BUFFER_BYTES = 256 * 1024;
/** Longer lines are not rows: nothing that a row may hold comes near it. */
export const LINE_BYTES_MAX: number = 64 * 1024;

export class LineReader {
  /** The line is `bytes[start, end)`, without its end. */
  readonly bytes: Uint8Array = new Uint8Array(BUFFER_BYTES);
  start: number = 0;
  end: number = 0;
  /** From 1; and where it starts in the file. */
  line: number = 0;
  offset: number = 0;
  /** Reading has ended at a line that is too long. */
  isTooLong: boolean = false;

  private readonly source: ByteSource;
  private filled = 0;
  /** Where the next line starts; and how much of the file is before the buffer. */
  private next = 0;
  private before = 0;
  private isOver = false;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** The next line that is not empty; false: there is none. */
  advance(): boolean {
    for (;;) {
      let feed = this.bytes.indexOf(LINE_FEED, this.next);
      if (feed < 0 || feed >= this.filled) {
        feed = this.filled;
        if (!this.isOver) {
          if (this.filled - this.next > LINE_BYTES_MAX) return this.tooLong();
          this.fill();
          continue;
        }
        if (this.next >= this.filled) return false;
      }
      if (feed - this.next > LINE_BYTES_MAX) return this.tooLong();
      this.start = this.next;
      this.offset = this.before + this.next;
      this.end = feed;
      if (this.end > this.start && this.bytes[this.end - 1] === CARRIAGE_RETURN) this.end--;
      this.next = Math.min(feed + 1, this.filled);
      this.line++;
      if (this.end > this.start) return true;
    }
  }

  private tooLong(): boolean {
    this.line++;
    this.start = this.next;
    this.offset = this.before + this.next;
    this.end = this.start;
    this.isTooLong = true;
    return false;
  }

  /** Moves what is left to the front, and reads on. */
  private fill(): void {
    const { bytes } = this;
    bytes.copyWithin(0, this.next, this.filled);
    this.before += this.next;
    this.filled -= this.next;
    this.next = 0;
    const read = this.source.read(bytes.subarray(this.filled));
    if (read === 0) this.isOver = true;
    else this.filled += read;
  }
}

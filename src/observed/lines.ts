/**
 * Text in blocks to lines, without keeping more than one of them: a line longer than `LINE_MAX` is cut there, and said
 * to be too long.
 */

/** Characters: no line of a log that means anything is longer. */
export const LINE_MAX: number = 1 << 20;

export type TakeLine = (line: string, isTooLong: boolean) => void;

export class LineSplitter {
  private readonly take: TakeLine;
  private rest = '';
  private isTooLong = false;

  constructor(take: TakeLine) {
    this.take = take;
  }

  add(block: string): void {
    let from = 0;
    for (let to = block.indexOf('\n'); to !== -1; to = block.indexOf('\n', from)) {
      this.extend(block.slice(from, to));
      this.flush();
      from = to + 1;
    }
    this.extend(block.slice(from));
  }

  /** The last line, which may have no end. */
  end(): void {
    if (this.rest !== '' || this.isTooLong) this.flush();
  }

  private extend(text: string): void {
    const room = LINE_MAX - this.rest.length;
    if (text.length > room) this.isTooLong = true;
    if (text !== '' && room > 0) this.rest += text.length > room ? text.slice(0, room) : text;
  }

  private flush(): void {
    const line = this.rest.endsWith('\r') ? this.rest.slice(0, -1) : this.rest;
    const { isTooLong } = this;
    this.rest = '';
    this.isTooLong = false;
    this.take(line, isTooLong);
  }
}

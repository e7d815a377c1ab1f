/** Lines that could not be read: how many, and the first few with what is wrong. */
const SHOWN = 5;
const EXCERPT = 100;

export interface BrokenLine {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
  /** The beginning of the line, control characters replaced. */
  readonly excerpt: string;
}

/** Text that does no harm to a terminal. */
export const harmless = (text: string): string => text.replace(/\p{Cc}/gu, '·');

export class BrokenLines {
  total = 0;
  readonly first: BrokenLine[] = [];

  add(
    place: { readonly file: string; readonly line: number },
    text: string,
    problem: string,
  ): void {
    this.total += 1;
    if (this.first.length >= SHOWN) return;
    const start = harmless(text.slice(0, EXCERPT));
    this.first.push({ ...place, problem, excerpt: text.length > EXCERPT ? `${start}…` : start });
  }
}

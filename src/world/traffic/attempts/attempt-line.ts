/** A line of attempts, first come first served, that one can also leave from the middle. */
import type { Attempt } from './attempt.ts';

export class AttemptLine {
  first: Attempt | null = null;
  private last: Attempt | null = null;
  length: number = 0;

  push(attempt: Attempt): void {
    attempt.behind = null;
    attempt.ahead = this.last;
    if (this.last === null) this.first = attempt;
    else this.last.behind = attempt;
    this.last = attempt;
    this.length++;
  }

  /** Takes out the first; the line must not be empty. */
  shift(): Attempt {
    const attempt = this.first!;
    this.remove(attempt);
    return attempt;
  }

  /** Takes out the last; the line must not be empty. */
  pop(): Attempt {
    const attempt = this.last!;
    this.remove(attempt);
    return attempt;
  }

  /** Takes out one that stands in this line. */
  remove(attempt: Attempt): void {
    const { ahead, behind } = attempt;
    if (ahead === null) this.first = behind;
    else ahead.behind = behind;
    if (behind === null) this.last = ahead;
    else behind.ahead = ahead;
    attempt.ahead = null;
    attempt.behind = null;
    this.length--;
  }
}

/** How the rows of one client lie in time, from as many instants as fit into little memory. */

/** Instants (ns) of the first of `rows` rows, of every `every`-th after it, and of the last. */
export interface TraceCourse {
  readonly rows: number;
  readonly every: number;
  readonly at: readonly number[];
}

const INSTANTS_MAX = 1024;

/** Takes the instants of rows, one after the other, and keeps every one, or every second, fourth… of them. */
export class CourseSketch {
  private rows = 0;
  private every = 1;
  private at: number[] = [];
  private last = 0;

  add(at: number): void {
    if (this.rows % this.every === 0) {
      if (this.at.length === INSTANTS_MAX) {
        this.at = this.at.filter((_, i) => i % 2 === 0);
        this.every *= 2;
      }
      if (this.rows % this.every === 0) this.at.push(at);
    }
    this.last = at;
    this.rows++;
  }

  get course(): TraceCourse {
    const { rows, every, at, last } = this;
    const endsWithLast = rows > 0 && (rows - 1) % every === 0;
    return { rows, every, at: endsWithLast || rows === 0 ? at : [...at, last] };
  }
}

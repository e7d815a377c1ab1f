/** How the rows of one client lie in time, from as many instants as fit into little memory. */

/** Instants (ns) of the first of `rows` rows, of every `every`-th after it, and of the last. */
export interface TraceCourse {
  readonly rows: number;
  readonly every: number;
  readonly at: readonly number[];
}

const INSTANTS_MAX = 1024;

/** How many rows are due before `at` (ns), of those that are so known: exactly where every instant is kept. */
export function rowsBefore({ rows, every, at: instants }: TraceCourse, at: number): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instants[middle]! < at) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  if (low === instants.length) return rows;
  const before = instants[low - 1]!;
  const next = instants[low]!;
  const first = (low - 1) * every + 1;
  // The last two may be nearer to each other than the rest.
  const between = Math.min(every, rows - first) - 1;
  return first + Math.round((between * (at - before)) / (next - before));
}

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

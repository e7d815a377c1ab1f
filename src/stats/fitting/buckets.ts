/**
 * Times of which is known between which bounds each lies: a histogram of any buckets, in ns, ascending. Bounds of
 * neighbours may coincide or leave a gap; they do not overlap. Inside a bucket its times count as spread evenly.
 */
export interface Buckets {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly counts: readonly number[];
}

/** How many times there are. */
export const countOf = ({ counts }: Buckets): number =>
  counts.reduce((sum, count) => sum + count, 0);

/** The time that a share `q` (0 to 1) of all does not exceed, ns. */
export function quantileOfBuckets({ lower, upper, counts }: Buckets, q: number): number {
  const rank = q * countOf({ lower, upper, counts });
  let below = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    if (count > 0 && below + count >= rank) {
      return lower[i]! + Math.max(0, (rank - below) / count) * (upper[i]! - lower[i]!);
    }
    below += count;
  }
  return upper.at(-1) ?? NaN;
}

/** Mean of times spread evenly in their buckets, ns. */
export function meanOfBuckets(buckets: Buckets): number {
  const { lower, upper, counts } = buckets;
  const sum = counts.reduce((total, count, i) => total + (count * (lower[i]! + upper[i]!)) / 2, 0);
  return sum / countOf(buckets);
}

/** Buckets joined with their neighbours until there are at most `most`, each joined from equally many. */
export function coarsened(buckets: Buckets, most: number): Buckets {
  const size = buckets.counts.length;
  const each = Math.ceil(size / most);
  if (each <= 1) return buckets;
  const lower: number[] = [];
  const upper: number[] = [];
  const counts: number[] = [];
  for (let from = 0; from < size; from += each) {
    const to = Math.min(size, from + each);
    lower.push(buckets.lower[from]!);
    upper.push(buckets.upper[to - 1]!);
    counts.push(buckets.counts.slice(from, to).reduce((sum, count) => sum + count, 0));
  }
  return { lower, upper, counts };
}

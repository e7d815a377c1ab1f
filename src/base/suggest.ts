/** "Did you mean": the known word nearest to one that was mistyped. */

/**
 * The number of single-character insertions, deletions, substitutions and swaps of neighbours that
 * turn one word into another (optimal string alignment). Gives up beyond `limit`.
 */
export function editDistance(from: string, to: string, limit: number = Infinity): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let cost = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[to.length]!;
}

/**
 * The candidate nearest to `word`, the first of equals; undefined where none is within a third of
 * the word's length, since a far-fetched suggestion is worse than none. Case does not count.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  let limit = Math.floor(word.length / 3);
  let nearest: string | undefined;
  for (const candidate of candidates) {
    const known = candidate.toLowerCase();
    if (known === wanted) return candidate;
    const distance = editDistance(wanted, known, limit);
    if (distance <= limit && distance > 0) {
      nearest = candidate;
      limit = distance - 1;
    }
  }
  return nearest;
}

/** `; did you mean "iptables"?`, to end a message about `word` with; empty where nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = suggest(word, candidates);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/**
 * How often a value of one sample exceeds one of another, where both come from the same continuous
 * distribution: the distribution of Mann and Whitney's U. H. B. Mann, D. R. Whitney, "On a test of whether one of
 * two random variables is stochastically larger than the other", Ann. Math. Stat. 18 (1947), section 2.
 */
import { assert } from '../base/assert.ts';

/**
 * P(U ≤ u) for u from 0 to `m` × `n`, where U counts the pairs in which the value of the sample of `m` is the larger.
 * The work grows with the square of m × n.
 */
export function rankSumDistribution(m: number, n: number): Float64Array {
  assert(m >= 1 && n >= 1, `a rank sum takes values on both sides: ${m} and ${n}`);
  // By what the largest value is: one of the m, and it exceeds all n, or one of the n, and it exceeds none.
  // Row i is the distribution for i against as many as have been gone through so far: first against none.
  let rows = Array.from({ length: m + 1 }, () => Float64Array.of(1));
  for (let j = 1; j <= n; j++) {
    const next = [Float64Array.of(1)];
    for (let i = 1; i <= m; i++) {
      const row = new Float64Array(i * j + 1);
      const fewer = rows[i]!;
      const before = next[i - 1]!;
      for (let u = 0; u < fewer.length; u++) row[u] = (fewer[u]! * j) / (i + j);
      for (let u = 0; u < before.length; u++) row[u + j]! += (before[u]! * i) / (i + j);
      next.push(row);
    }
    rows = next;
  }
  const distribution = rows[m]!;
  for (let u = 1; u < distribution.length; u++) distribution[u]! += distribution[u - 1]!;
  return distribution;
}

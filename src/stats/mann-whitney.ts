/**
 * Whether the values of one sample tend to be larger than those of another, with nothing assumed about their
 * distribution: the U test of Mann and Whitney, which is the rank sum test of Wilcoxon. M. Hollander, D. A. Wolfe, E. Chicken,
 * Nonparametric Statistical Methods, section 4.1.
 */
import { assert } from '../base/assert.ts';
import { rankSumDistribution } from './rank-sum-distribution.ts';
import { normalTwoSidedTail, normalUpperTail } from './special-functions/normal.ts';

/** From this size of either sample on the normal distribution is close enough. */
export const LARGE_SAMPLE = 50;

/** `greater`: values tend to be larger than those of the reference. */
export type Alternative = 'twoSided' | 'greater' | 'less';

export interface RankSumTest {
  /** Pairs in which the value is larger than that of the reference; one that is equal counts half. */
  readonly u: number;
  /** The chance of a U at least as far out where both samples come from the same distribution. */
  readonly pValue: number;
  /** `exact`, or `normal`: approximated with corrections for ties and continuity. */
  readonly method: 'exact' | 'normal';
}

/** Tests independent `values` against an independent `reference`; neither is empty. */
export function mannWhitney(
  values: readonly number[],
  reference: readonly number[],
  alternative: Alternative = 'twoSided',
): RankSumTest {
  const m = values.length;
  const n = reference.length;
  assert(m >= 1 && n >= 1, `a rank sum test takes values on both sides: ${m} and ${n}`);
  const { u, tieTerm } = countLarger(values, reference);
  if (tieTerm === 0 && m < LARGE_SAMPLE && n < LARGE_SAMPLE) {
    return { u, pValue: exactTail(u, rankSumDistribution(m, n), alternative), method: 'exact' };
  }
  const variance = ((m * n) / 12) * (m + n + 1 - tieTerm / ((m + n) * (m + n - 1)));
  const pValue = variance > 0 ? normalTail(u - (m * n) / 2, Math.sqrt(variance), alternative) : 1;
  return { u, pValue, method: 'normal' };
}

/** U, and the sum of t³ - t over groups of t equal values. */
function countLarger(
  values: readonly number[],
  reference: readonly number[],
): { readonly u: number; readonly tieTerm: number } {
  const all = [
    ...values.map((value) => ({ value, own: 1 })),
    ...reference.map((value) => ({ value, own: 0 })),
  ].sort((a, b) => a.value - b.value);
  let u = 0;
  let tieTerm = 0;
  let othersBelow = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    let own = 0;
    for (; end < all.length && all[end]!.value === all[start]!.value; end++) own += all[end]!.own;
    const alike = end - start;
    u += own * (othersBelow + (alike - own) / 2);
    othersBelow += alike - own;
    tieTerm += alike ** 3 - alike;
    start = end;
  }
  return { u, tieTerm };
}

/** Tails are taken from the near end, by symmetry: a small one keeps its digits. */
function exactTail(u: number, atMost: Float64Array, alternative: Alternative): number {
  const greatest = atMost.length - 1;
  switch (alternative) {
    case 'less':
      return atMost[u]!;
    case 'greater':
      return atMost[greatest - u]!;
    case 'twoSided':
      return Math.min(1, 2 * atMost[Math.min(u, greatest - u)]!);
  }
}

function normalTail(excess: number, deviation: number, alternative: Alternative): number {
  switch (alternative) {
    case 'less':
      return normalUpperTail((-excess - 0.5) / deviation);
    case 'greater':
      return normalUpperTail((excess - 0.5) / deviation);
    case 'twoSided':
      return normalTwoSidedTail(Math.max(0, Math.abs(excess) - 0.5) / deviation);
  }
}

/**
 * Whether a check could find anything. Rank tests of few runs cannot give a small p-value, however far
 * apart the runs are: the least is 2 / C(n + m, n), where all runs of one side are beyond all of the other.
 */
import { deriveSeed } from '../../base/seed.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Baseline } from './baseline.ts';

/** Runs that share a seed with one of the baseline, from which on they are compared in pairs. */
const PAIRS_MIN = 2;

/** Replications that are enough whatever the chance of a false alarm: C(200, 100) has 59 digits. */
const ENOUGH = 100;

/** The least p-value of Mann and Whitney's test, two-sided, for samples of these sizes. */
export function leastRankPValue(n: number, m: number): number {
  let combinations = 1;
  for (let i = 1; i <= n; i++) combinations = (combinations * (m + i)) / i;
  return Math.min(1, 2 / combinations);
}

/**
 * The replications that a check needs at least, so that a regression of any size can be found with certainty `1 - alpha`;
 * null where those of `plans` are enough.
 */
export function replicationsMissing(
  baseline: Baseline,
  plans: readonly Plan[],
  { alpha, keys }: { readonly alpha: number; readonly keys: ReadonlySet<string> | undefined },
): number | null {
  let needed = 0;
  for (const variant of baseline.variants) {
    const plan = plans.find((candidate) => candidate.variant === variant.name)!;
    const saved = variant.fingerprints.length;
    if (plan.replications < PAIRS_MIN) needed = Math.max(needed, PAIRS_MIN);
    const seeds = new Set(variant.fingerprints.map((_, index) => deriveSeed(variant.seed, index)));
    const own = Array.from({ length: plan.replications }, (_, i) => deriveSeed(plan.seed, i));
    if (own.filter((seed) => seeds.has(seed)).length >= PAIRS_MIN) continue;
    const gated = Object.keys(variant.metrics).filter((key) => keys?.has(key) ?? true).length;
    const limit = alpha / baseline.variants.length / Math.max(1, gated);
    let least = plan.replications;
    while (least < ENOUGH && leastRankPValue(saved, least) > limit) least += 1;
    if (least > plan.replications) needed = Math.max(needed, least);
  }
  return needed === 0 ? null : needed;
}

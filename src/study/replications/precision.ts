/**
 * When there are replications enough: as soon as half the interval of a metric is a given share of its mean, in
 * every variant. A. M. Law, Simulation Modeling and Analysis, section 9.4.1: the sequential procedure. How many
 * come next depends on the figures alone, never on how they were worked out.
 *
 * Whoever stops as soon as an interval is narrow stops more often when it is narrow by chance, so that it holds
 * the true mean a little less often than it says: Y. S. Chow, H. Robbins, "On the asymptotic theory of
 * fixed-width sequential confidence intervals", Annals of Mathematical Statistics 36 (1965). Starting with ten
 * keeps that small; test/study/coverage.test.ts measures it.
 */
import { replicationsToDecide } from '../../stats/replications.ts';
import { studentTwoSidedQuantile } from '../../stats/special-functions/student-t.ts';
import { CONFIDENCE } from '../figures/estimate.ts';
import type { Estimate } from '../figures/estimate.ts';
import type { MetricQuery } from '../figures/query.ts';

/** Fewer replications say too little about their own scatter to be stopped by it. */
const FEWEST = 10;

/** A round adds at least this share of the replications there are: rounds cost more than a few runs too many. */
const LEAST_GROWTH = 0.1;

/** And at most as many as there are, as early guesses are wide of the mark. */
const MOST_GROWTH = 1;

/** What is wanted. */
export interface PrecisionGoal {
  readonly query: MetricQuery;
  /** Half the interval's width over the mean, above 0. */
  readonly ratio: number;
  readonly maxReplications: number;
}

/** The metric of one variant. */
export interface PrecisionInput {
  readonly variant: string;
  readonly estimate: Estimate | null;
}

/** How far that is reached. */
export interface Precision {
  readonly goal: PrecisionGoal;
  readonly replications: number;
  readonly reached: boolean;
  /** The variant that is farthest from it. */
  readonly variant: string;
  /** Half the width of its interval over its mean; null where it has no values, fewer than two, or a mean of 0. */
  readonly ratio: number | null;
  /** Replications in all that would probably do for it; null where that cannot be told, or none reasonable would. */
  readonly needed: number | null;
}

/** The replications to begin with, where a scenario asks for `planned`. */
export const firstRound = (planned: number, { maxReplications }: PrecisionGoal): number =>
  Math.min(maxReplications, Math.max(planned, FEWEST));

/** How precise a metric is after so many replications of each variant. */
export function precisionOf(
  goal: PrecisionGoal,
  replications: number,
  variants: readonly PrecisionInput[],
): Precision {
  const ratios = variants.map(({ estimate }) => relativeHalfWidth(estimate));
  // Nothing measured is farther from any precision than any interval.
  const worst = ratios.reduce<number>(
    (found, ratio, index) => ((ratio ?? Infinity) > (ratios[found] ?? Infinity) ? index : found),
    0,
  );
  const ratio = ratios[worst]!;
  const { variant, estimate } = variants[worst]!;
  return {
    goal,
    replications,
    reached: ratio !== null && ratio <= goal.ratio,
    variant,
    ratio,
    needed: ratio === null ? null : replicationsFor(goal.ratio, estimate!, replications),
  };
}

/** The replications to have after the next round; null where there is to be none. */
export function nextRound({ goal, replications, reached, needed }: Precision): number | null {
  if (reached || replications >= goal.maxReplications) return null;
  const least = Math.ceil(replications * (1 + LEAST_GROWTH));
  const most = Math.ceil(replications * (1 + MOST_GROWTH));
  return Math.min(goal.maxReplications, most, Math.max(least, needed ?? most));
}

function relativeHalfWidth(estimate: Estimate | null): number | null {
  if (estimate?.method !== 'studentT' || estimate.mean === 0) return null;
  return estimate.halfWidth! / Math.abs(estimate.mean);
}

/** Replications with a half-width of `ratio` of the mean, if mean and scatter stay; not every one has to have a value. */
function replicationsFor(
  ratio: number,
  { mean, halfWidth, n }: Estimate,
  replications: number,
): number | null {
  const deviation = (halfWidth! * Math.sqrt(n)) / studentTwoSidedQuantile(CONFIDENCE, n - 1);
  const values = replicationsToDecide({ deviation, distance: ratio * Math.abs(mean) }, CONFIDENCE);
  return values === null ? null : Math.ceil((values * replications) / n);
}

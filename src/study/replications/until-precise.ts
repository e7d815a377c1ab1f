/** Runs replications, round by round, until a metric is as precise as it is wanted, or there are too many. */
import type { Plan } from '../../contract/plan.ts';
import { metricEstimate } from '../figures/metrics.ts';
import { runStudy } from '../study.ts';
import type { Study, StudyOptions, VariantRuns } from '../study.ts';
import { firstRound, nextRound, precisionOf } from './precision.ts';
import type { Precision, PrecisionGoal } from './precision.ts';

/** How that is run. */
export interface UntilPreciseOptions extends StudyOptions {
  /** Told before each round: its replications, and how precise the metric is without them; null before the first. */
  readonly onRound?: ((replications: number, precision: Precision | null) => void) | undefined;
}

/**
 * All variants get as many replications, so that they stay paired; their plans say in the end how many that are.
 *
 * @throws RunFailure when a run breaks an invariant.
 */
export async function runUntilPrecise(
  plans: readonly Plan[],
  goal: PrecisionGoal,
  { onRound, ...options }: UntilPreciseOptions = {},
): Promise<Study> {
  let variants: readonly VariantRuns[] = plans.map((plan) => ({ plan, runs: [] }));
  let precision: Precision | null = null;
  let done = 0;
  let next: number | null = firstRound(
    Math.max(...plans.map(({ replications }) => replications)),
    goal,
  );
  while (next !== null) {
    onRound?.(next, precision);
    const round = plans.map((plan) => ({ ...plan, replications: next! }));
    const study: Study = await runStudy(round, { ...options, firstReplication: done });
    variants = study.variants.map(({ plan, runs }, index) => ({
      plan,
      runs: [...variants[index]!.runs, ...runs],
    }));
    if (study.partial) return { variants, partial: true, precision: null };
    done = next;
    precision = precisionOf(
      goal,
      done,
      variants.map((variant) => ({
        variant: variant.plan.variant,
        estimate: metricEstimate(variant, goal.query),
      })),
    );
    next = nextRound(precision);
  }
  return { variants, partial: false, precision };
}

/** The runs behind a baseline: which plans, which metrics, and their figures. */
import type { Plan } from '../../../contract/plan.ts';
import { didYouMean } from '../../../base/suggest.ts';
import type { BaselinePart } from '../../../study/baseline/baseline.ts';
import { gatedQueries, MetricChoiceError } from '../../../study/baseline/gated-metrics.ts';
import { metricKey } from '../../../study/figures/query.ts';
import type { MetricQuery } from '../../../study/figures/query.ts';
import { variantFigures } from '../../../study/figures/run-figures.ts';
import type { Study } from '../../../study/study.ts';
import { CommandFailure } from '../../command-failure.ts';
import type { SaveFlags } from '../../commands/baseline.ts';
import { EXIT } from '../../exit-codes.ts';
import { reproduction } from '../../reproduction.ts';
import { Interruption } from '../../terminal/interruption.ts';
import { simulatePlans } from '../simulation.ts';
import type { WorkerSource } from '../../../study/executors/worker-pool.ts';

/** A command about a baseline that simulates. */
export interface BaselineInvocation<Flags> {
  /** The scenario. */
  readonly file: string;
  readonly flags: Flags;
  /** Where threads come from. */
  readonly workers: WorkerSource;
}

/**
 * The metrics of each plan that are asked for.
 *
 * @throws CommandFailure for one that does not exist or cannot be gated.
 */
export function queriesOfPlans(
  plans: readonly Plan[],
  wanted: readonly string[] | null,
): readonly (readonly MetricQuery[])[] {
  try {
    return plans.map((plan) => gatedQueries(plan, wanted));
  } catch (error) {
    if (error instanceof MetricChoiceError) throw new CommandFailure(EXIT.usage, error.message);
    throw error;
  }
}

/**
 * Those keys of a baseline that are asked for; undefined: all of them.
 *
 * @throws CommandFailure for one that it does not hold.
 */
export function keysAsked(
  held: ReadonlySet<string>,
  plans: readonly Plan[],
  wanted: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (wanted === undefined) return undefined;
  const found = new Set<string>();
  for (const name of wanted) {
    const keys = queriesOfPlans(plans, [name])
      .flat()
      .map(metricKey)
      .filter((key) => held.has(key));
    if (keys.length === 0) {
      throw new CommandFailure(
        EXIT.usage,
        `the baseline does not hold ${name}${didYouMean(name, held) || '; svcsim baseline show lists what it holds'}`,
      );
    }
    for (const key of keys) found.add(key);
  }
  return found;
}

/** Runs the plans; the study is partial where somebody has interrupted it. */
export function simulateFor(
  plans: readonly Plan[],
  { file, flags, workers }: BaselineInvocation<Omit<SaveFlags, 'format'>>,
  command: 'run' | 'compare',
): Promise<Study> {
  return simulatePlans(plans, {
    flags,
    workers,
    interruption: new Interruption(),
    reproduce: (seed) =>
      reproduction(command, file, {
        flags: { ...(flags.set === undefined ? {} : { set: flags.set }), replications: 1 },
        seed,
      }),
  });
}

/** The figures of a finished study, with the metrics of each of its plans. */
export const partsOf = (
  study: Study,
  queries: readonly (readonly MetricQuery[])[],
): readonly BaselinePart[] =>
  study.variants.map((variant, index) => ({
    plan: variant.plan,
    figures: variantFigures(variant),
    queries: queries[index]!,
  }));

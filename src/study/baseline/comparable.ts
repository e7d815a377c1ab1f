/** Whether figures of now may be held against a baseline at all. */
import { MODEL_VERSION } from '../../base/model-version.ts';
import type { Plan } from '../../contract/plan.ts';
import type { Baseline } from './baseline.ts';
import { conditionsOf, differingConditions } from './conditions.ts';
import type { DifferingField } from './conditions.ts';

/** The plans of a scenario that a baseline can be of. */
export interface ScenarioPlans {
  readonly name: string;
  readonly base: Plan;
  readonly variants: readonly Plan[];
}

/** The plans that a baseline is of, by what they are called. */
export const plansOf = (
  { base, variants }: Pick<ScenarioPlans, 'base' | 'variants'>,
  scope: Baseline['scope'],
): readonly Plan[] => (scope === 'base' ? [base] : variants);

/**
 * Fields that keep a scenario from being compared with a baseline; none where it can be. Another plan under
 * the same conditions is no obstacle: it is what a check is for. Neither are variants that the baseline lacks.
 */
export function obstacles(baseline: Baseline, scenario: ScenarioPlans): readonly DifferingField[] {
  const found: DifferingField[] = [];
  const hold = (field: string, old: string, now: string): void => {
    if (old !== now) found.push({ field, old, new: now });
  };
  hold('model version', String(baseline.modelVersion), String(MODEL_VERSION));
  hold('scenario', baseline.scenario, scenario.name);
  const plans = plansOf(scenario, baseline.scope);
  for (const variant of baseline.variants) {
    const of = baseline.scope === 'base' ? '' : ` of variant ${variant.name}`;
    const plan = plans.find((candidate) => candidate.variant === variant.name);
    if (plan === undefined) {
      found.push({ field: `variant ${variant.name}`, old: 'there', new: null });
      continue;
    }
    for (const field of differingConditions(variant.conditions, conditionsOf(plan))) {
      found.push({ ...field, field: `${field.field}${of}` });
    }
  }
  return found;
}

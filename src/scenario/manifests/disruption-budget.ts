/** PodDisruptionBudget (policy/v1). */
import type { Cursor } from './cursor.ts';
import { checkFields, DISRUPTION_BUDGET_SPEC } from './known-fields.ts';
import { readLabelSelector } from './label-selector.ts';
import type { DisruptionBudgetManifest } from './model.ts';
import { placeOf } from './place.ts';

export function readDisruptionBudget(root: Cursor): DisruptionBudgetManifest {
  const spec = root.at('spec');
  checkFields(spec, DISRUPTION_BUDGET_SPEC);
  const least = spec.at('minAvailable');
  const most = spec.at('maxUnavailable');
  const minAvailable = least.intOrPercent();
  const maxUnavailable = most.intOrPercent();
  if (least.exists && most.exists) {
    most.error('Invalid', 'minAvailable and maxUnavailable exclude each other');
  }
  const selector = spec.at('selector');
  const bare = { kind: 'PodDisruptionBudget', document: root.document } as const;
  return {
    ...bare,
    selector: readLabelSelector(selector),
    selectorPlace: placeOf(selector),
    // Without either all of its pods have to stay available.
    // Source: k8s pkg/controller/disruption/disruption.go, getExpectedPodCount.
    limit:
      minAvailable === undefined
        ? { maxUnavailable: maxUnavailable ?? { count: 0 } }
        : { minAvailable },
    limitPlace: placeOf(least.exists ? least : most),
  };
}

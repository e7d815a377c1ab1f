/** PodDisruptionBudgets: the workloads whose pods they select. */
import type {
  IntOrPercent,
  PlannedDisruptionBudget,
  PlannedWorkload,
} from '../../contract/plan.ts';
import { selects } from '../manifests/label-selector.ts';
import type { DisruptionBudgetManifest } from '../manifests/model.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import type { Draft } from './workload-drafts.ts';

/** Budgets that select nothing are left out, with a warning. */
export function planDisruptionBudgets(
  manifests: readonly DisruptionBudgetManifest[],
  around: { readonly drafts: readonly Draft[]; readonly workloads: readonly PlannedWorkload[] },
  { findings, isComplete }: ScenarioDocument,
): readonly PlannedDisruptionBudget[] {
  return manifests.flatMap((manifest) => {
    const { selector, selectorPlace, limit, limitPlace, document } = manifest;
    const { name, namespace } = document;
    const workloads = around.drafts.flatMap((draft, index) => {
      if (draft.kind === 'slice' || draft.namespace !== namespace || selector === null) return [];
      return selects(selector, draft.manifest.template.labels) ? [index] : [];
    });
    if (workloads.length === 0) {
      const message = 'selects no pods: ignored';
      if (isComplete) findings.warn({ code: 'Ignored', ...selectorPlace, message });
      return [];
    }
    const pods = workloads.reduce((sum, index) => sum + podsOf(around.workloads[index]), 0);
    if (pods > 0 && neverAllows(limit, pods)) {
      const message = `allows no disruption of its ${pods} pods: a drain would not end`;
      findings.warn({ code: 'NoEffect', ...limitPlace, message, hint: 'maxUnavailable: 1 does' });
    }
    return [{ name, namespace, workloads, limit }];
  });
}

const podsOf = (workload: PlannedWorkload | undefined): number => workload?.pods.length ?? 0;

/** Percentages are rounded up. Source: k8s pkg/controller/disruption/disruption.go, getExpectedPodCount. */
function neverAllows(limit: PlannedDisruptionBudget['limit'], pods: number): boolean {
  const amount = (written: IntOrPercent): number =>
    'count' in written ? written.count : Math.ceil((written.percent * pods) / 100);
  return 'minAvailable' in limit
    ? amount(limit.minAvailable) >= pods
    : amount(limit.maxUnavailable) === 0;
}

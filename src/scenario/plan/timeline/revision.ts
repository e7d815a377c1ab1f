/** The new revision of a pod template that a rollout brings. */
import { parseRatio } from '../../../base/units.ts';
import type { PlannedRevision } from '../../../contract/plan.ts';
import type { RevisionInput } from '../../schema/timeline.ts';
import { planDistribution } from '../distributions.ts';
import type { ActionContext } from './surroundings.ts';

/** null: as the template of the start. */
export function planRevision(
  input: RevisionInput | undefined,
  { path, document }: ActionContext,
): PlannedRevision | null {
  if (input === undefined) return null;
  const { startUp, errorRate, slowdown, ready, crashesAfter } = input;
  const at = [...path, 'with'];
  return {
    startUp: startUp === undefined ? null : planDistribution(startUp, [...at, 'startUp'], document),
    errorRate:
      typeof errorRate === 'string' ? (parseRatio(errorRate) ?? null) : (errorRate ?? null),
    slowdown: slowdown ?? 1,
    ready: ready ?? true,
    crashesAfter:
      crashesAfter === undefined
        ? null
        : planDistribution(crashesAfter, [...at, 'crashesAfter'], document),
  };
}

/** Random faults: actions that happen again and again. */
import type { Duration } from '../../../base/time.ts';
import type { Distribution, PlannedFault } from '../../../contract/plan.ts';
import type { ActionKind, FaultInput } from '../../schema/timeline.ts';
import type { Path } from '../../text/tree.ts';
import { planDistribution } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { actionOf, planActions } from './actions.ts';
import type { TimelineSurroundings } from './surroundings.ts';
import type { Windows } from './windows.ts';

/** Actions that are not undone, so that they end when what they ask for is done. */
const ENDS_BY_ITSELF: readonly ActionKind[] = ['rollout', 'deletePod'];

export function planFaults(
  around: TimelineSurroundings,
  windows: Windows,
  document: ScenarioDocument,
): readonly PlannedFault[] {
  return (document.spec.faults ?? []).flatMap((input, index) => {
    if (document.isBroken('faults', index)) return [];
    const path = ['spec', 'faults', index];
    const kind = actionOf(input, path, document);
    if (kind === undefined) return [];
    const context = { path: [...path, kind], around, document, isRandom: true };
    const actions = planActions(kind, input, context);
    const every = planEvery(input, path, document);
    const lasts = planLasts(input, kind, path, document);
    const window = windows.add({ as: input.as, action: kind, path }, null);
    return actions.length === 0 ? [] : [{ window, every, lasts, actions }];
  });
}

/** A bare duration is the mean of a random time: faults at a fixed beat would march in step. */
function planEvery({ every }: FaultInput, path: Path, document: ScenarioDocument): Distribution {
  const at = [...path, 'every'];
  const isMean = typeof every === 'string';
  const planned = planDistribution(isMean ? { exponential: { mean: every } } : every, at, document);
  if (!isMean && planned.kind === 'constant' && planned.value === (0 as Duration)) {
    document.error(at, 'Invalid', 'must be above 0s');
  }
  return planned;
}

function planLasts(
  input: FaultInput,
  kind: ActionKind,
  path: Path,
  document: ScenarioDocument,
): Distribution | null {
  const written = input.for;
  const isDone = ENDS_BY_ITSELF.includes(kind);
  if (written === undefined) {
    if (isDone) return null;
    const message = '"for" is required: how long does one last?';
    document.error(path, 'Required', message, 'e.g. for: 2m');
    return null;
  }
  if (isDone) {
    const hint =
      kind === 'rollout' ? 'it is over when it is complete' : 'it is over when the pod is replaced';
    document.error([...path, 'for'], 'Invalid', `${kind} takes no "for"`, hint);
    return null;
  }
  return planDistribution(written, [...path, 'for'], document);
}

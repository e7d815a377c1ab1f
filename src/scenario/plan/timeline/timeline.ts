/** The script of a run, and the windows that its entries open. */
import type { Duration, Instant } from '../../../base/time.ts';
import { formatDuration } from '../../../base/units.ts';
import type { PlannedFault, PlannedWindow, TimelineAction } from '../../../contract/plan.ts';
import type { ActionKind, TimelineInput } from '../../schema/timeline.ts';
import { durationOf } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { actionOf, planActions } from './actions.ts';
import { planFaults } from './faults.ts';
import type { TimelineSurroundings } from './surroundings.ts';
import { Windows } from './windows.ts';

export interface Timeline {
  readonly actions: readonly TimelineAction[];
  readonly faults: readonly PlannedFault[];
  readonly windows: readonly PlannedWindow[];
}

/** Actions that are over when what they ask for is done. */
const ENDS_BY_ITSELF: readonly ActionKind[] = ['scale', 'rollout', 'deletePod', 'drain'];

export function planTimeline(around: TimelineSurroundings, document: ScenarioDocument): Timeline {
  const start = around.warmUp as number as Instant;
  const end = (around.warmUp + around.duration) as Instant;
  const windows = new Windows(start, end, document);
  const actions: TimelineAction[] = [];
  (document.spec.timeline ?? []).forEach((input, index) => {
    if (document.isBroken('timeline', index)) return;
    const path = ['spec', 'timeline', index];
    const at = (durationOf(input.at) + around.warmUp) as Instant;
    if (at >= end) {
      const hint = `the measurement ends at ${formatDuration(around.duration)}`;
      document.warn([...path, 'at'], 'NoEffect', 'after the end of the run', hint);
    }
    const kind = actionOf(input, path, document);
    if (kind === undefined) return;
    const context = { path: [...path, kind], around, document, isRandom: false };
    const planned = planActions(kind, input, context);
    const lasts = lastsOf(input, kind);
    const window = windows.add({ as: input.as, action: kind, path }, spanOf(kind, at, lasts, end));
    for (const action of planned) {
      actions.push({ ...action, at, window });
      // What was ready before is again; its window closes by the clock.
      if (action.kind !== 'setReady' || lasts === null) continue;
      if (lasts === 0) document.error([...context.path, 'for'], 'Invalid', 'must be above 0s');
      actions.push({ ...action, at: (at + lasts) as Instant, ready: !action.ready });
    }
  });
  actions.sort((a, b) => a.at - b.at);
  return { actions, faults: planFaults(around, windows, document), windows: windows.planned };
}

/** What an entry says of how long its action lasts. */
function lastsOf(input: TimelineInput, kind: ActionKind): Duration | null {
  const action = input[kind] as { readonly for?: string; readonly restart?: string };
  const written = action.for ?? action.restart;
  return written === undefined ? null : durationOf(written);
}

/** The window of an action: its own time or the rest of the run; null: until it is done. */
function spanOf(
  kind: ActionKind,
  at: Instant,
  lasts: Duration | null,
  end: Instant,
): { readonly from: Instant; readonly to: Instant } | null {
  if (lasts === null && ENDS_BY_ITSELF.includes(kind)) return null;
  const to = lasts === null ? end : Math.min(at + lasts, end);
  return { from: Math.min(at, end) as Instant, to: to as Instant };
}

/** The timeline of a scenario: what is done to the cluster at given moments, and the windows that it opens. */
import type { TimelineAction } from '../../contract/plan.ts';
import { doAt } from '../../engine/moment.ts';
import type { World } from '../world.ts';
import { begin } from './actions.ts';

/** Schedules all actions of the plan. */
export function startScript(world: World): void {
  for (const action of world.plan.timeline) {
    doAt(world.queue, action.at, () => perform(world, action));
  }
}

function perform(world: World, action: TimelineAction): void {
  const window = action.window ?? null;
  // Windows that the clock opens and closes need nobody else.
  const isHeld = window !== null && world.plan.windows[window].from === null;
  let isOver = false;
  const over = (): void => {
    if (isHeld && !isOver) world.measurement.leave(window);
    isOver = true;
  };
  if (isHeld) world.measurement.enter(window);
  const undo = begin(world, action, { window, over });
  const lasts = 'lasts' in action ? action.lasts : null;
  if (lasts === null || undo === null) return;
  doAt(world.queue, world.queue.now + lasts, () => {
    undo();
    over();
  });
}

/** The timeline of a scenario: what is done to the cluster at given moments. */
import { unreachable } from '../../base/assert.ts';
import type { TimelineAction } from '../../contract/plan.ts';
import { PHASE_CONTROL } from '../../engine/event-queue.ts';
import { Moment } from '../../engine/moment.ts';
import type { World } from '../world.ts';

/** Schedules all actions of the plan. */
export function startScript(world: World): void {
  const { queue } = world;
  for (const action of world.plan.timeline) {
    queue.schedule(new Moment(queue, () => perform(world, action)), action.at, PHASE_CONTROL);
  }
}

function perform(world: World, action: TimelineAction): void {
  const workload = world.workloads[action.workload];
  switch (action.kind) {
    case 'setReady':
      workload.setReady(action.pod, action.ready);
      break;
    case 'scale':
      workload.scale(action.replicas);
      break;
    case 'deletePod':
      workload.delete(action.pod);
      break;
    default:
      unreachable(action, 'timeline action');
  }
}

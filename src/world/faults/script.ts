/** The timeline of a scenario: what is done to the cluster at given moments. */
import { assert } from '../../base/assert.ts';
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
  switch (action.kind) {
    case 'setReady':
      world.workloads[action.workload].setReady(action.pod, action.ready);
      break;
    case 'scale':
      world.workloads[action.workload].scale(action.replicas);
      break;
    case 'deletePod':
      world.workloads[action.workload].delete(action.pod);
      break;
    case 'kubeProxyRestart':
      for (const proxy of world.proxiesOn(action.node)) proxy.restart(action.lasts);
      break;
    default:
      assert(false, `${action.kind} is not known to scripts`);
  }
}

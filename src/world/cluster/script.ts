/** The timeline of a scenario: what is done to the cluster at given moments. */
import { unreachable } from '../../base/assert.ts';
import type { TimelineAction } from '../../contract/plan.ts';
import { SimEvent, PHASE_CONTROL } from '../../engine/event-queue.ts';
import type { World } from '../world.ts';

/** Schedules all actions of the plan. */
export function startScript(world: World): void {
  for (const action of world.plan.timeline) {
    world.queue.schedule(new ScriptedAction(world, action), action.at, PHASE_CONTROL);
  }
}

class ScriptedAction extends SimEvent {
  private readonly world: World;
  private readonly action: TimelineAction;

  constructor(world: World, action: TimelineAction) {
    super(world.queue);
    this.world = world;
    this.action = action;
  }

  override fire(): void {
    const { action } = this;
    const workload = this.world.workloads[action.workload];
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
}

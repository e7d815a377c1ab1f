/**
 * When a workload's controller looks at the API server: sometime after something has changed there, whatever else
 * changes meanwhile; and at moments that it has chosen itself.
 */
import { PHASE_CONTROL } from '../../engine/event-queue.ts';
import { Moment } from '../../engine/moment.ts';
import type { PlannedWorkload } from '../../contract/plan.ts';
import { Relay } from '../control/relay.ts';
import type { World } from '../world.ts';

export class Wakeup {
  private readonly world: World;
  private readonly workload: PlannedWorkload;
  private readonly sync: () => void;
  // Most workloads are never changed.
  private relay: Relay | null = null;
  private alarm: Moment | null = null;

  constructor(world: World, workload: PlannedWorkload, sync: () => void) {
    this.world = world;
    this.workload = workload;
    this.sync = sync;
  }

  /** Something has changed. */
  request(): void {
    const { name, namespace } = this.workload;
    const hop = {
      delay: this.world.plan.controlPlane.controller,
      stream: `workload/${namespace}/${name}/controller`,
    };
    this.relay ??= new Relay(this.world, hop, this.sync);
    this.relay.request(this.world.queue.now);
  }

  /** To look again at `at` (ns), and not at the moment that was chosen before; Infinity: never. */
  wakeAt(at: number): void {
    const { queue } = this.world;
    this.alarm ??= new Moment(queue, () => this.request());
    queue.cancel(this.alarm);
    if (at < Infinity) queue.schedule(this.alarm, at, PHASE_CONTROL);
  }
}

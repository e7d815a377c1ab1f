/** For how long a pod is ready, and its part of the shared time of each Service that it backs. */
import type { PlannedMembership } from '../../contract/plan.ts';
import type { World } from '../world.ts';
import { StepArea } from './step-area.ts';

export class ReadyTime {
  private readonly world: World;
  private readonly memberships: readonly PlannedMembership[];
  private readonly ready: StepArea = new StepArea();
  /** By membership. */
  private readonly fair: readonly StepArea[];

  constructor(world: World, memberships: readonly PlannedMembership[]) {
    this.world = world;
    this.memberships = memberships;
    this.fair = memberships.map(() => new StepArea());
  }

  /** From now on the pod is ready (1), or no longer (-1). `counts`: its Services are to use it while it is. */
  add(step: 1 | -1, counts: boolean): void {
    this.ready.add(step, this.world.queue.now);
    if (counts) this.share(step);
  }

  /** From now on the time of its Services is shared with it (1), or no longer (-1). */
  share(step: 1 | -1): void {
    const { now } = this.world.queue;
    this.memberships.forEach(({ service }, i) => {
      const time = this.world.sharedTimeOf(service);
      this.fair[i].add(step, time.upTo(now));
      time.add(step, now);
    });
  }

  /** Time that it was ready from the start of the run to `now`, ns. */
  upTo(now: number): number {
    return this.ready.upTo(now);
  }

  /** Its part of a Service's time, of which each ready pod would have got `shared` ns since the start of the run. */
  fairUpTo(service: number, shared: number): number {
    return this.fair[this.memberships.findIndex((one) => one.service === service)].upTo(shared);
  }
}

/**
 * One hop on the way of a change: it passes on, after a delay of its own, that something has changed.
 * Changes that come while it is on its way fold into it.
 */
import type { Distribution } from '../../contract/plan.ts';
import { createSampler } from '../../engine/distributions/sampler.ts';
import type { Sampler } from '../../engine/distributions/sampler.ts';
import { PHASE_CONTROL, SimEvent } from '../../engine/event-queue.ts';
import type { World } from '../world.ts';

export class Relay extends SimEvent {
  private readonly world: World;
  private readonly delay: Sampler;
  private readonly passOn: (since: number) => void;
  /** When the earliest of the changes under way was caused, ns. */
  private since = 0;

  /** @param stream name of the random stream of its delays */
  constructor(
    world: World,
    hop: { readonly delay: Distribution; readonly stream: string },
    passOn: (since: number) => void,
  ) {
    super(world.queue);
    this.world = world;
    this.delay = createSampler(hop.delay, world.stream(hop.stream));
    this.passOn = passOn;
  }

  /** Something changed that was caused at `since` (ns). */
  request(since: number): void {
    const { controlPlane, queue } = this.world;
    if (queue.isPending(this)) {
      this.since = Math.min(this.since, since);
      return;
    }
    this.since = since;
    const delay = Math.round(this.delay.next() * controlPlane.slowdown);
    queue.schedule(this, queue.now + delay, PHASE_CONTROL);
  }

  override fire(): void {
    this.passOn(this.since);
  }
}

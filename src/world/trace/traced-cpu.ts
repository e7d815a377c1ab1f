/** The CPU time of a pod whose requests may be traced: they learn when it is throttled. */
import { PodCpu } from '../cpu/pod-cpu.ts';
import type { Attempt } from '../traffic/attempts/attempt.ts';
import type { World } from '../world.ts';
import { podPlace } from './places.ts';

export class TracedCpu extends PodCpu {
  private readonly world: World;
  private readonly watchers = new Set<Attempt>();

  constructor(world: World, ...facts: ConstructorParameters<typeof PodCpu>) {
    super(...facts);
    this.world = world;
  }

  /** A request has CPU time from now on, and has had it. */
  watch(attempt: Attempt): void {
    this.watchers.add(attempt);
  }

  unwatch(attempt: Attempt): void {
    this.watchers.delete(attempt);
  }

  override clear(): void {
    super.clear();
    this.watchers.clear();
  }

  protected override settle(): void {
    const before = this.throttled;
    super.settle();
    if (this.throttled === before) return;
    const { queue, tracer } = this.world;
    for (const attempt of this.watchers) {
      tracer!.logOf(attempt)!.add(attempt, queue.now, podPlace(attempt.pod!), {
        what: this.throttled ? 'throttled' : 'unthrottled',
      });
    }
  }
}

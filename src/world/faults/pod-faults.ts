/**
 * Random faults of single pods: readiness that flaps while the process serves on, and processes
 * that die and come back. Each pod draws its own times.
 */
import type { PlannedChurn } from '../../contract/plan.ts';
import { createSampler, type Sampler } from '../../engine/distributions/sampler.ts';
import { SimEvent, PHASE_CONTROL } from '../../engine/event-queue.ts';
import type { World } from '../world.ts';
import type { Pod } from '../cluster/pod.ts';

/** Starts the fault processes that the pod's workload asks for. */
export function startFaults(world: World, pod: Pod): void {
  const { readinessFlap, crash } = pod.plan;
  if (readinessFlap !== null) new ReadinessFlap(world, pod, 'readiness-flap', readinessFlap).wait();
  if (crash !== null) new Crash(world, pod, 'crash', crash).wait();
}

/** Alternates between waiting for a fault and waiting for its end, until the pod is gone. */
abstract class FaultProcess extends SimEvent {
  protected readonly pod: Pod;
  private readonly world: World;
  private readonly every: Sampler;
  private readonly lasts: Sampler;
  private faulty = false;

  constructor(world: World, pod: Pod, concern: string, churn: PlannedChurn) {
    super(world.queue);
    this.world = world;
    this.pod = pod;
    const stream = `pod/${pod.plan.namespace}/${pod.name}/${concern}`;
    this.every = createSampler(churn.every, world.stream(`${stream}/every`));
    this.lasts = createSampler(churn.lasts, world.stream(`${stream}/lasts`));
  }

  /** @param lasts ns */
  protected abstract begin(lasts: number): void;
  protected abstract end(): void;

  /** Waits for the next fault. */
  wait(): void {
    this.in(this.every.next());
  }

  override fire(): void {
    if (this.pod.isGone) return;
    if (this.faulty) {
      this.faulty = false;
      this.end();
      this.wait();
    } else {
      this.faulty = true;
      const lasts = this.lasts.next();
      this.begin(lasts);
      this.in(lasts);
    }
  }

  private in(delay: number): void {
    const { queue } = this.world;
    queue.schedule(this, queue.now + delay, PHASE_CONTROL);
  }
}

class ReadinessFlap extends FaultProcess {
  protected override begin(): void {
    this.pod.addUnreadyFault(1);
  }

  protected override end(): void {
    this.pod.addUnreadyFault(-1);
  }
}

class Crash extends FaultProcess {
  protected override begin(lasts: number): void {
    this.pod.crash(lasts);
  }

  protected override end(): void {
    // Its kubelet has started the process again.
  }
}

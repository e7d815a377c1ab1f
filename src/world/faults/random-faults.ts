/**
 * Random faults of the cluster: each waits, picks one of the things that can happen, lets it last, undoes it, and waits
 * again. Their waits, spans and picks have streams of their own.
 */
import type { Action, PlannedFault } from '../../contract/plan.ts';
import { createSampler, type Sampler } from '../../engine/distributions/sampler.ts';
import { PHASE_CONTROL, SimEvent } from '../../engine/event-queue.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { World } from '../world.ts';
import { begin } from './actions.ts';

/** Schedules the faults of the plan. */
export function startRandomFaults(world: World): void {
  for (const fault of world.plan.faults) new RandomFault(world, fault).wait();
}

class RandomFault extends SimEvent {
  private readonly world: World;
  private readonly plan: PlannedFault;
  private readonly every: Sampler;
  private readonly lasts: Sampler | null;
  private readonly choice: RandomStream;
  /** What undoes the fault that goes on; null: none does. */
  private undo: (() => void) | null = null;

  constructor(world: World, plan: PlannedFault) {
    super(world.queue);
    this.world = world;
    this.plan = plan;
    const stream = `fault/${world.plan.windows[plan.window].name}`;
    this.every = createSampler(plan.every, world.stream(`${stream}/every`));
    this.lasts =
      plan.lasts === null ? null : createSampler(plan.lasts, world.stream(`${stream}/lasts`));
    this.choice = world.stream(`${stream}/choice`);
  }

  wait(): void {
    const { queue } = this.world;
    const next = queue.now + this.every.next();
    // What would begin after the end of the measurement is of no interest to anybody.
    if (next < this.world.horizon) queue.schedule(this, next, PHASE_CONTROL);
  }

  override fire(): void {
    if (this.undo === null) this.begin();
    else this.end();
  }

  private begin(): void {
    const { world, plan, choice } = this;
    const { window } = plan;
    const lasts = this.lasts === null ? null : this.lasts.next();
    const action = this.resolved(plan.actions[choice.below(plan.actions.length)], lasts);
    if (action === null) {
      this.wait();
      return;
    }
    world.measurement.enter(window);
    // What ends by itself is waited for; what lasts is undone, whatever has become of it by then.
    const over = lasts === null ? (): void => this.end() : (): void => undefined;
    const undo = begin(world, action, { window, over });
    if (lasts === null) return;
    this.undo = undo ?? ((): void => undefined);
    world.queue.schedule(this, world.queue.now + lasts, PHASE_CONTROL);
  }

  private end(): void {
    const { undo } = this;
    this.undo = null;
    undo?.();
    this.world.measurement.leave(this.plan.window);
    this.wait();
  }

  /** The action with a pod of those that are there now, where it may be any; null: there is none. */
  private resolved(action: Action, lasts: number | null): Action | null {
    const timed = 'lasts' in action ? ({ ...action, lasts } as Action) : action;
    if (!('pod' in timed) || timed.pod !== null) return timed;
    const pods = this.world.workloads[timed.workload].podsNamed(null);
    const there = pods.filter((pod) => !pod.terminating);
    if (there.length === 0) return null;
    return { ...timed, pod: there[this.choice.below(there.length)].name };
  }
}

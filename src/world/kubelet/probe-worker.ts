/**
 * The kubelet's worker for one probe of one container, step by step as there (k8s pkg/kubelet/prober/worker.go).
 *
 * It looks at each tick of the probe's period, and when it is told to, from which moment the ticks count anew. Ticks do
 * not shift where an answer is late: one that comes meanwhile is taken when that is in, further ones are dropped (the
 * channel of a Go ticker holds one). What it has found is published once it has been the same often enough.
 *
 * Left out: a second and third try where the kubelet itself errs; the look right after the pod became unready (of
 * all times, the kubelet looks again as it passes that on).
 */
import { seconds } from '../../base/time.ts';
import type { PlannedProbe } from '../../contract/plan.ts';
import { PHASE_CONTROL, SimEvent } from '../../engine/event-queue.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { ProbeCheck } from './probe-check.ts';

/** Whom it works for. */
export interface ProbeListener {
  /** Whether the container that runs now is to be probed. */
  wants(worker: ProbeWorker): boolean;
  /** When that has started, ns. */
  readonly containerStartedAt: number;
  /** A result is published: whether the container is ready, lives, or has started. */
  published(worker: ProbeWorker, success: boolean): void;
}

export class ProbeWorker extends SimEvent {
  readonly plan: PlannedProbe;
  private readonly world: World;
  private readonly pod: Pod;
  private readonly listener: ProbeListener;
  private readonly check: ProbeCheck;
  private isChecking = false;
  private hasMissedTick = false;
  /** It has had its container killed, and waits for the next one. */
  private isOnHold = false;
  private last = true;
  /** How often in a row that was what it found. */
  private run = 0;

  constructor(world: World, pod: Pod, plan: PlannedProbe, listener: ProbeListener) {
    super(world.queue);
    this.world = world;
    this.pod = pod;
    this.plan = plan;
    this.listener = listener;
    this.check = new ProbeCheck(world, pod, (success) => this.concluded(success));
  }

  /** The first tick is `delay` ns from now. */
  begin(delay: number): void {
    this.stop();
    this.world.queue.schedule(this, this.world.queue.now + delay, PHASE_CONTROL);
  }

  stop(): void {
    this.world.queue.cancel(this);
    this.check.stop();
    this.isChecking = false;
    this.hasMissedTick = false;
  }

  /** Looks now, and counts its ticks from now. */
  trigger(): void {
    this.world.queue.cancel(this);
    this.fire();
  }

  /** There is another container. */
  containerStarted(): void {
    this.isOnHold = false;
  }

  /** Its container will be killed for what it has found. */
  hold(): void {
    this.isOnHold = true;
    this.run = 0;
  }

  override fire(): void {
    const { queue } = this.world;
    queue.schedule(this, queue.now + this.plan.period, PHASE_CONTROL);
    if (this.isChecking) this.hasMissedTick = true;
    else this.look();
  }

  private look(): void {
    const { listener, plan, pod } = this;
    if (!pod.hasProcess || this.isOnHold || !listener.wants(this)) return;
    const age = this.world.queue.now - listener.containerStartedAt;
    if (Math.floor(age / seconds(1)) * seconds(1) < plan.initialDelay) return;
    this.isChecking = true;
    this.check.begin(plan);
  }

  private concluded(success: boolean): void {
    const { failureThreshold, successThreshold } = this.plan;
    this.isChecking = false;
    this.run = success === this.last ? this.run + 1 : 1;
    this.last = success;
    if (this.run >= (success ? successThreshold : failureThreshold)) {
      this.listener.published(this, success);
    }
    if (!this.hasMissedTick) return;
    this.hasMissedTick = false;
    this.look();
  }
}

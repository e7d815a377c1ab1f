/**
 * A workload's controller, as far as scripts and random faults need it: it starts pods, deletes them, and
 * replaces those that are deleted.
 *
 * Left out: rollouts, pacing of creations, disruption budgets.
 */
import type { PlannedRevision, PlannedWorkload } from '../../contract/plan.ts';
import { createSampler, type Sampler } from '../../engine/distributions/sampler.ts';
import { PHASE_CONTROL } from '../../engine/event-queue.ts';
import { Moment } from '../../engine/moment.ts';
import type { World } from '../world.ts';
import { startFaults } from '../faults/pod-faults.ts';
import type { Pod } from '../cluster/pod.ts';

/** Kubernetes lets a preStop hook that overruns the grace period go on this long. */
const PRE_STOP_OVERRUN_NS = 2e9;

export class Workload {
  readonly plan: PlannedWorkload;
  readonly index: number;
  /** All it ever had; those that are not terminating are its replicas. */
  readonly pods: Pod[] = [];
  private readonly world: World;
  private readonly startUp: Sampler;
  private readonly removed = new Set<Pod>();
  private nextOrdinal: number;

  constructor(world: World, plan: PlannedWorkload, index: number) {
    this.world = world;
    this.plan = plan;
    this.index = index;
    this.nextOrdinal = plan.pods.length;
    this.startUp = createSampler(
      plan.startUp,
      world.stream(`workload/${plan.namespace}/${plan.name}/start-up`),
    );
    for (const facts of plan.pods) {
      const pod = world.addPod(this, facts, facts.ready);
      pod.serveFromStart(facts.ready);
      startFaults(world, pod);
    }
  }

  /** Replicas that are wanted. */
  get replicas(): number {
    return this.pods.filter((pod) => !pod.terminating).length;
  }

  /** Sets the number of replicas, as a user or an autoscaler does. */
  scale(replicas: number): void {
    const running = this.pods.filter((pod) => !pod.terminating);
    for (let i = running.length; i < replicas; i++) this.startPod();
    if (running.length <= replicas) return;
    const doomed = running.sort(byDeletionOrder).slice(0, running.length - replicas);
    for (const pod of doomed) this.terminate(pod);
  }

  /**
   * A new revision of the pod template is written. `done`: the rollout is complete and the last old pod is gone, or
   * its progress deadline has passed, or another one has taken its place. `window`: the one that its action opens.
   */
  rollout(revision: PlannedRevision | null, done: () => void, window: number | null = null): void {
    void revision;
    const startedAt = this.world.queue.now;
    const record = { workload: this.index, window, startedAt, completedAt: startedAt };
    this.world.rollouts.push({ ...record, deadlineExceeded: false });
    done();
  }

  /** A user deletes a pod; the controller replaces it at once. */
  delete(name: string): void {
    const pod = this.pods.find((candidate) => candidate.name === name && !candidate.terminating);
    if (pod !== undefined) this.deletePod(pod);
  }

  /** The same for a pod that is at hand, unless it terminates already. */
  deletePod(pod: Pod): void {
    if (pod.terminating) return;
    this.terminate(pod);
    if (this.plan.controller.kind !== 'None') this.startPod();
  }

  /** Makes the pods not Ready, or Ready again, whatever their processes do. */
  setReady(name: string | null, ready: boolean): void {
    for (const pod of this.pods) {
      if (name === null || pod.name === name) pod.holdUnready(!ready);
    }
  }

  /** What the API server has of one of its pods has changed: see ControlPlane.statusOf. */
  podStatusChanged(pod: Pod): void {
    if (this.world.controlPlane.statusOf(pod).gone) this.podRemoved(pod);
  }

  /** One of its pods is no more, its object neither. */
  podRemoved(pod: Pod): void {
    if (this.removed.has(pod)) return;
    this.removed.add(pod);
    this.world.scheduler.podRemoved(pod);
    this.world.evictions.podRemoved(pod);
  }

  private startPod(): void {
    const { world } = this;
    const name = `${this.plan.podNamePrefix}${this.nextOrdinal++}`;
    const bind = (node: number): void => {
      const pod = world.addPod(this, { name, ip: world.freshIp(), node }, null);
      world.controlPlane.podStarted(pod);
      this.after(this.startUp.next(), () => {
        // It may have been told to go before it was up.
        if (pod.state !== 'Starting') return;
        pod.run();
        startFaults(world, pod);
      });
    };
    world.scheduler.schedule({ workload: this.index, isDeleted: false, bind });
  }

  /** Deletion: endpoints and kubelet learn of it at the same time; SIGTERM after preStop, SIGKILL after the grace period. */
  private terminate(pod: Pod): void {
    const { world } = this;
    pod.markTerminating();
    world.scheduler.podTerminating(pod);
    world.controlPlane.podDeleted(pod);
    const { preStop, terminationGracePeriod } = this.plan;
    const sigterm = Math.min(preStop, terminationGracePeriod + PRE_STOP_OVERRUN_NS);
    const sigkill = Math.max(terminationGracePeriod, sigterm);
    this.after(sigterm, () => pod.drain());
    this.after(sigkill, () => pod.vanish());
  }

  private after(delay: number, act: () => void): void {
    const { queue } = this.world;
    queue.schedule(new Moment(queue, act), queue.now + delay, PHASE_CONTROL);
  }
}

/** Not ready before ready, then the newest first (pkg/controller/controller_utils.go, as far as modelled). */
function byDeletionOrder(a: Pod, b: Pod): number {
  if (a.isReady !== b.isReady) return a.isReady ? 1 : -1;
  return b.index - a.index;
}

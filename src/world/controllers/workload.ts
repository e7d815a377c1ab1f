/**
 * A workload's controller, as far as scripts and random faults need it: it starts pods, deletes them, and
 * replaces those that are deleted.
 *
 * Left out: rollouts, pacing of creations, disruption budgets.
 */
import type { PlannedRevision, PlannedWorkload } from '../../contract/plan.ts';
import type { World } from '../world.ts';
import { startFaults } from '../faults/pod-faults.ts';
import type { Pod } from '../cluster/pod.ts';

export class Workload {
  readonly plan: PlannedWorkload;
  readonly index: number;
  /** All it ever had; those that are not terminating are its replicas. */
  readonly pods: Pod[] = [];
  private readonly world: World;
  private readonly removed = new Set<Pod>();
  private nextOrdinal: number;

  constructor(world: World, plan: PlannedWorkload, index: number) {
    this.world = world;
    this.plan = plan;
    this.index = index;
    this.nextOrdinal = plan.pods.length;
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
    for (const pod of doomed) pod.delete();
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
    pod.delete();
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
      world.addPod(this, { name, ip: world.freshIp(), node }, null).start();
    };
    world.scheduler.schedule({ workload: this.index, isDeleted: false, bind });
  }
}

/** Not ready before ready, then the newest first (pkg/controller/controller_utils.go, as far as modelled). */
function byDeletionOrder(a: Pod, b: Pod): number {
  if (a.isReady !== b.isReady) return a.isReady ? 1 : -1;
  return b.index - a.index;
}

/**
 * A StatefulSet: pods with ordinals, made from the lowest and ended from the highest. In the order OrderedReady each
 * waits for the one before; Parallel makes and ends all at once. A new revision replaces them one by one from the
 * highest ordinal down to the partition, in either order.
 *
 * Source: k8s pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet, processReplica,
 * processCondemned), stateful_set_utils.go (newVersionedStatefulSetPod). As there, an ordinal is free only when the
 * object of its last pod is gone, so that a pod on a dead node is not replaced.
 *
 * Left out: maxUnavailable (alpha), start ordinals, volumes, rollback.
 */
import type { PlannedController } from '../../contract/plan.ts';
import type { World } from '../world.ts';
import type { Controller, ControllerParts, PodMaker } from './controller.ts';
import type { OngoingRollout } from './ongoing-rollout.ts';
import type { Replica, Template } from './replica.ts';
import type { Wakeup } from './wakeup.ts';

type PlannedStatefulSet = Extract<PlannedController, { kind: 'StatefulSet' }>;

export class StatefulSet implements Controller {
  replicas: number;
  private readonly world: World;
  private readonly plan: PlannedStatefulSet;
  private readonly maker: PodMaker;
  private readonly wakeup: Wakeup;
  /** What pods below the partition are made of, and all others. */
  private current: Template;
  private template: Template;
  /** By ordinal: the pod whose object is there. */
  private readonly pods = new Map<number, Replica>();
  private ongoing: OngoingRollout | null = null;
  /** Everything is as it is to be: what becomes of the readiness of pods changes nothing. */
  private isSettled = true;

  constructor(plan: PlannedStatefulSet, { world, maker, wakeup, template, pods }: ControllerParts) {
    this.world = world;
    this.plan = plan;
    this.maker = maker;
    this.wakeup = wakeup;
    this.current = template;
    this.template = template;
    this.replicas = pods.length;
    for (const pod of pods) this.pods.set(pod.facts.ordinal, pod);
  }

  scale(replicas: number): void {
    this.replicas = replicas;
    this.changed();
  }

  rollout(template: Template, rollout: OngoingRollout): void {
    this.ongoing?.end();
    this.ongoing = rollout;
    this.template = template;
    this.changed();
  }

  readinessChanged(): void {
    if (!this.isSettled) this.wakeup.request();
  }

  deleted(): void {
    this.changed();
  }

  removed(replica: Replica): void {
    this.pods.delete(replica.facts.ordinal);
    this.changed();
  }

  sync(): void {
    this.step();
    this.follow();
    this.isSettled = this.ongoing === null && this.isAsWanted();
    if (!this.isSettled) this.wakeWhenAvailable();
  }

  private get isOrdered(): boolean {
    return this.plan.podManagementPolicy === 'OrderedReady';
  }

  /** The lowest ordinal that a new revision reaches. */
  private get partition(): number {
    const { updateStrategy } = this.plan;
    return updateStrategy.type === 'RollingUpdate' ? updateStrategy.partition : 0;
  }

  private changed(): void {
    this.isSettled = false;
    this.wakeup.request();
  }

  private isAvailable(pod: Replica): boolean {
    return pod.availableAt(this.plan.minReady) <= this.world.queue.now;
  }

  private step(): void {
    if (!this.makeMissing() || !this.endCondemned()) return;
    if (this.plan.updateStrategy.type === 'RollingUpdate') this.replaceOne();
  }

  /** From the lowest ordinal. False: one has to be available first. */
  private makeMissing(): boolean {
    for (let ordinal = 0; ordinal < this.replicas; ordinal++) {
      let pod = this.pods.get(ordinal);
      if (pod === undefined) {
        const template = ordinal < this.partition ? this.current : this.template;
        pod = this.maker.createPod(ordinal, template);
        this.pods.set(ordinal, pod);
      }
      if (this.isOrdered && !this.isAvailable(pod)) return false;
    }
    return true;
  }

  /** Pods beyond the replicas, from the highest ordinal. False: one has to be gone, or available, first. */
  private endCondemned(): boolean {
    const condemned = [...this.pods.values()].filter(({ facts }) => facts.ordinal >= this.replicas);
    condemned.sort((a, b) => b.facts.ordinal - a.facts.ordinal);
    // One that is not available is waited for, unless it is what everybody waits for.
    const unhealthy = condemned.findLast((pod) => !this.isAvailable(pod));
    for (const pod of condemned) {
      if (!this.isOrdered) {
        this.maker.deletePod(pod);
        continue;
      }
      if (!pod.isDeleted && (this.isAvailable(pod) || pod === unhealthy)) this.maker.deletePod(pod);
      return false;
    }
    return true;
  }

  /** The highest of those that are not of the new revision, once all above it are available. */
  private replaceOne(): void {
    for (let ordinal = this.replicas - 1; ordinal >= this.partition; ordinal--) {
      const pod = this.pods.get(ordinal)!;
      if (pod.facts.template !== this.template && !pod.isDeleted) {
        this.maker.deletePod(pod);
        return;
      }
      if (!this.isAvailable(pod)) return;
    }
  }

  /** Whether there is nothing more to make, to end or to replace. */
  private isAsWanted(): boolean {
    if (this.pods.size !== this.replicas) return false;
    const updates = this.plan.updateStrategy.type === 'RollingUpdate';
    for (const { facts, isDeleted } of this.pods.values()) {
      if (isDeleted) return false;
      if (updates && facts.ordinal >= this.partition && facts.template !== this.template)
        return false;
    }
    return true;
  }

  private follow(): void {
    const { ongoing } = this;
    if (ongoing === null || this.pods.size !== this.replicas) return;
    for (const pod of this.pods.values()) {
      if (!this.isAvailable(pod)) return;
      if (pod.facts.ordinal >= this.partition && pod.facts.template !== this.template) return;
    }
    if (this.partition === 0) this.current = this.template;
    this.ongoing = null;
    ongoing.complete(this.world.queue.now);
  }

  /** Pods that are ready become available without anybody saying so. */
  private wakeWhenAvailable(): void {
    if (this.plan.minReady === 0) return;
    const { now } = this.world.queue;
    const next = [...this.pods.values()].map((pod) => pod.availableAt(this.plan.minReady));
    this.wakeup.wakeAt(Math.min(Infinity, ...next.filter((at) => at > now)));
  }
}

/**
 * Pods that are made to leave a node: by `kubectl drain`, which asks the eviction API and tries again where a
 * PodDisruptionBudget refuses, and by taints, which ask nobody.
 *
 * Sources: k8s staging/src/k8s.io/kubectl/pkg/drain/drain.go (evictPods);
 * pkg/registry/core/pod/storage/eviction.go; pkg/controller/tainteviction.
 *
 * Left out: pods of DaemonSets; drain's own refusals, such as of bare pods, which --force overrides.
 */
import { doAt } from '../../engine/moment.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { DisruptionBudgets } from './disruption-budgets.ts';

/** kubectl drain asks again for a pod that may not go yet. */
const RETRY_NS = 5e9;

interface Drain {
  readonly node: number;
  /** Pods of the node that are still there. */
  readonly left: Set<Pod>;
  readonly done: () => void;
}

export class Evictions {
  private readonly world: World;
  private readonly budgets: DisruptionBudgets;
  private readonly drains: Set<Drain> = new Set();

  constructor(world: World) {
    this.world = world;
    this.budgets = new DisruptionBudgets(world);
  }

  /** Cordons a node and evicts its pods as their budgets allow; `done`: none of them is left. */
  drain(node: number, done: () => void): void {
    this.world.scheduler.cordon(node);
    const { controlPlane, pods } = this.world;
    const there = pods.filter((pod) => pod.node === node && !controlPlane.statusOf(pod).gone);
    if (there.length === 0) {
      done();
      return;
    }
    const drain = { node, left: new Set(there), done };
    this.drains.add(drain);
    this.evictAll(drain, there);
  }

  /** A pod does not tolerate a taint of its node: it is deleted, whatever its budgets say. */
  evict(pod: Pod): void {
    pod.delete();
  }

  /** A pod is no more. */
  podRemoved(pod: Pod): void {
    for (const drain of this.drains) {
      if (!drain.left.delete(pod) || drain.left.size > 0) continue;
      this.drains.delete(drain);
      drain.done();
    }
  }

  private evictAll(drain: Drain, pods: readonly Pod[]): void {
    const refused = pods.filter((pod) => !this.tryToEvict(pod));
    if (refused.length === 0) return;
    const { queue } = this.world;
    doAt(queue, queue.now + RETRY_NS, () => {
      // Whoever uncordons the node has given the drain up.
      if (this.world.scheduler.isCordoned(drain.node)) this.evictAll(drain, refused);
      else this.drains.delete(drain);
    });
  }

  private tryToEvict(pod: Pod): boolean {
    if (this.world.controlPlane.statusOf(pod).terminating) return true;
    if (!this.budgets.allow(pod)) return false;
    pod.delete();
    return true;
  }
}

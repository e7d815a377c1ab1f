/** A ReplicaSet: the pods of one revision of a Deployment, and how many of them there are to be. */
import type { Replica, Template } from './replica.ts';

export class ReplicaSet {
  readonly template: Template;
  /** spec.replicas, and the annotations desired-replicas and max-replicas of when it was last scaled. */
  size: number = 0;
  desired: number;
  maxReplicas: number;
  /** Pods without a deletion timestamp, and how many pods there are in all. */
  readonly living: Set<Replica> = new Set();
  objects: number = 0;
  /** How many of the living are ready. */
  ready: number = 0;

  constructor(template: Template, desired: number, maxReplicas: number) {
    this.template = template;
    this.desired = desired;
    this.maxReplicas = maxReplicas;
  }

  add(replica: Replica): void {
    this.living.add(replica);
    this.objects++;
    if (replica.isReady) this.ready++;
  }

  /** status.availableReplicas at `now`, of pods that have to be ready for `minReady` (both ns). */
  availableAt(now: number, minReady: number): number {
    if (minReady === 0) return Math.min(this.size, this.ready);
    let available = 0;
    for (const replica of this.living) {
      if (replica.availableAt(minReady) <= now) available++;
    }
    return Math.min(this.size, available);
  }

  /** When the next of its ready pods becomes available, ns; Infinity: none is waiting for that. */
  nextAvailable(now: number, minReady: number): number {
    let next = Infinity;
    for (const replica of this.living) {
      const at = replica.availableAt(minReady);
      if (at > now && at < next) next = at;
    }
    return next;
  }
}

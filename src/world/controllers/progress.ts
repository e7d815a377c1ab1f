/**
 * How far a rollout has come, and when it last came further.
 * Source: k8s pkg/controller/deployment/util/deployment_util.go (DeploymentProgressing).
 */
export interface RolloutCounts {
  /** Pods of the new revision, and of older ones. */
  readonly updated: number;
  readonly outdated: number;
  /** Of all revisions. */
  readonly ready: number;
  readonly available: number;
}

export class Progress {
  /** ns. */
  lastAt: number;
  private last: RolloutCounts | null = null;

  constructor(startedAt: number) {
    this.lastAt = startedAt;
  }

  note(now: number, counts: RolloutCounts): void {
    if (this.last === null || isFurther(counts, this.last)) this.lastAt = now;
    this.last = counts;
  }
}

const isFurther = (counts: RolloutCounts, last: RolloutCounts): boolean =>
  counts.updated > last.updated ||
  counts.outdated < last.outdated ||
  counts.ready > last.ready ||
  counts.available > last.available;

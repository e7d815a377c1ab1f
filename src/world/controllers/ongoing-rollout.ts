/** A rollout that is not over, and whoever waits for its end. */
import type { Rollout } from './rollout-record.ts';

export class OngoingRollout {
  readonly record: Rollout;
  private done: (() => void) | null;

  constructor(record: Rollout, done: () => void) {
    this.record = record;
    this.done = done;
  }

  /** Every replica is of the new revision and available, and the last old pod is gone, at `now` (ns). */
  complete(now: number): void {
    this.record.completedAt = now;
    this.end();
  }

  /** It has made no progress for too long; it goes on all the same. */
  exceedDeadline(): void {
    this.record.deadlineExceeded = true;
    this.end();
  }

  /** Nobody waits for it any longer: so it is, too, when the next rollout takes its place. */
  end(): void {
    const { done } = this;
    this.done = null;
    if (done !== null) done();
  }
}

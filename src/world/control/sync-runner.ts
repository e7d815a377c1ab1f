/**
 * When a kube-proxy may sync, and when it must: the bounded-frequency runner of Kubernetes. Up to 1.33
 * it has a token bucket of `burst` (pkg/util/async/bounded_frequency_runner.go), since then none
 * (pkg/proxy/runner/bounded_frequency_runner.go), which is a burst of 1. Either runs again by itself
 * when the last run failed or lies too far back.
 */
import { assert } from '../../base/assert.ts';

export interface SyncRunnerOptions {
  /** At least this long (ns) between the end of a sync and the start of the next, beyond the burst. */
  readonly minInterval: number;
  /** At most this long (ns); null: any time. */
  readonly maxInterval: number | null;
  /** From a sync that failed to the next (ns), where nothing asks for one before. */
  readonly retryInterval: number;
  /** Syncs that may follow each other at once. */
  readonly burst: number;
}

export class SyncRunner {
  /** When a sync is due that nobody has asked for, ns; Infinity: never. */
  dueAt: number;

  private readonly minInterval: number;
  private readonly maxInterval: number;
  private readonly retryInterval: number;
  private readonly burst: number;
  /** Tokens in the bucket × minInterval, in ns: whole numbers, where fractions of a token would not add up. */
  private credit: number;
  /** When `credit` was last brought up to date. */
  private refilledAt = 0;
  /** When the last sync ended. */
  private completedAt = -Infinity;

  /** Starts at `now` (ns) with a full bucket; `age` (ns): how long ago the last sync ended. */
  constructor(options: SyncRunnerOptions, now: number, age: number = 0) {
    const { minInterval, maxInterval, retryInterval, burst } = options;
    assert(burst >= 1, `a sync runner needs a burst of at least 1, not ${burst}`);
    this.minInterval = minInterval;
    this.maxInterval = maxInterval ?? Infinity;
    this.retryInterval = retryInterval;
    this.burst = burst;
    this.credit = burst * minInterval;
    this.refilledAt = now;
    this.dueAt = now + this.maxInterval - age;
  }

  /** Whether a sync may start at `now` (ns). If so, it is taken to start. */
  tryStart(now: number): boolean {
    const { minInterval, burst } = this;
    if (minInterval === 0) return true;
    if (burst === 1) return now >= this.completedAt + minInterval;
    this.credit = Math.min(burst * minInterval, this.credit + now - this.refilledAt);
    this.refilledAt = now;
    if (this.credit < minInterval) return false;
    this.credit -= minInterval;
    return true;
  }

  /** The sync that was started has ended at `now` (ns). */
  completed(now: number, succeeded: boolean): void {
    const { maxInterval, retryInterval } = this;
    this.completedAt = now;
    this.dueAt = now + (succeeded ? maxInterval : Math.min(retryInterval, maxInterval));
  }

  /** When to try again after a refusal at `now` (ns): `minInterval` after the end of the last sync. */
  retryAt(now: number): number {
    return Math.max(this.completedAt + this.minInterval, now + 1);
  }
}

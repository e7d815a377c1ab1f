/**
 * When a kube-proxy may sync: the bounded-frequency runner of Kubernetes, up to 1.33 with a token
 * bucket of `burst` (pkg/util/async/bounded_frequency_runner.go), since then without
 * (pkg/proxy/runner), which is a burst of 1.
 */
import { assert } from '../../base/assert.ts';

export class SyncRunner {
  private readonly minPeriod: number;
  private readonly burst: number;
  /** Tokens in the bucket × minPeriod, in ns: whole numbers, where fractions of a token would not add up. */
  private credit: number;
  /** When `credit` was last brought up to date. */
  private refilledAt = 0;
  /** When the last sync ended. */
  private completedAt = -Infinity;

  /** At least `minPeriod` ns between syncs, beyond `burst` that may follow each other at once. */
  constructor(minPeriod: number, burst: number) {
    assert(burst >= 1, `a sync runner needs a burst of at least 1, not ${burst}`);
    this.minPeriod = minPeriod;
    this.burst = burst;
    this.credit = burst * minPeriod;
  }

  /** Whether a sync may start at `now` (ns). If so, it is taken to start. */
  tryStart(now: number): boolean {
    const { minPeriod, burst } = this;
    if (minPeriod === 0) return true;
    if (burst === 1) return now >= this.completedAt + minPeriod;
    this.credit = Math.min(burst * minPeriod, this.credit + now - this.refilledAt);
    this.refilledAt = now;
    if (this.credit < minPeriod) return false;
    this.credit -= minPeriod;
    return true;
  }

  /** The sync that was started has ended at `now` (ns). */
  completed(now: number): void {
    this.completedAt = now;
  }

  /** When to try again after a refusal at `now` (ns): `minPeriod` after the end of the last sync. */
  retryAt(now: number): number {
    return Math.max(this.completedAt + this.minPeriod, now + 1);
  }
}

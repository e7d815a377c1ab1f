/**
 * When a kube-proxy may sync: the bounded-frequency runner of Kubernetes, up to 1.33 with a token
 * bucket of `burst` (pkg/util/async/bounded_frequency_runner.go), since then without
 * (pkg/proxy/runner), which is a burst of 1.
 */
import { assert } from '../../base/assert.ts';

export class SyncRunner {
  private readonly minPeriod: number;
  private readonly burst: number;
  private tokens: number;
  /** When `tokens` was last brought up to date. */
  private refilledAt = 0;
  /** When the last sync ended. */
  private completedAt = -Infinity;

  /** At least `minPeriod` ns between syncs, beyond `burst` that may follow each other at once. */
  constructor(minPeriod: number, burst: number) {
    assert(burst >= 1, `a sync runner needs a burst of at least 1, not ${burst}`);
    this.minPeriod = minPeriod;
    this.burst = burst;
    this.tokens = burst;
  }

  /** Whether a sync may start at `now` (ns). If so, it is taken to start. */
  tryStart(now: number): boolean {
    if (this.minPeriod === 0) return true;
    if (this.burst === 1) return now >= this.completedAt + this.minPeriod;
    this.tokens = Math.min(this.burst, this.tokens + (now - this.refilledAt) / this.minPeriod);
    this.refilledAt = now;
    if (this.tokens < 1) return false;
    this.tokens--;
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

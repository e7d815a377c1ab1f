/** Retries. Durations are whole nanoseconds. */
import type { Duration } from '../../base/time.ts';
import type { ErrorCause } from './error-causes.ts';

/** When a failed attempt is tried again. */
export interface RetryPolicy {
  /** Retries at most, beyond the first attempt (as `attempts` of HTTPRoute and Istio). */
  readonly attempts: number;
  readonly on: readonly ErrorCause[];
  readonly backoff: {
    readonly base: Duration;
    readonly factor: number;
    readonly max: Duration | null;
    /** None: d; Full: uniform in [0, d]; Equal: d/2 + uniform in [0, d/2]. */
    readonly jitter: 'None' | 'Full' | 'Equal';
  };
  /** Retries as a share (0–1) of requests, a token bucket; null: no limit. */
  readonly budget: number | null;
}

/** Hedged requests. Durations are whole nanoseconds. */
import type { Duration } from '../../base/time.ts';
import type { ErrorCause } from './error-causes.ts';

/** When a client sends a request once more while it still waits for an answer: gRPC's hedgingPolicy. */
export interface HedgePolicy {
  /** Tries of a request at most, the first included (maxAttempts). */
  readonly maxAttempts: number;
  /** After the last try was sent (hedgingDelay). */
  readonly after: Duration;
  /** Failures after which the next try is sent at once; any other ends the request (nonFatalStatusCodes). */
  readonly nonFatal: readonly ErrorCause[];
  /** Tries after the first as a share (0–1) of requests, a token bucket; null: no limit. */
  readonly budget: number | null;
  /** Whether each try draws a service time of its own; or all have that of the request. */
  readonly serviceTime: 'Redrawn' | 'Same';
}

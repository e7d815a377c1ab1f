/** Circuit breakers of clients. Durations are whole nanoseconds. */
import type { Duration } from '../../base/time.ts';

/** When a client pod stops calling a Service that fails, and how it finds out that it works again: resilience4j's CircuitBreaker. */
export interface CircuitBreakerPolicy {
  /** 0–1: opens where at least this share of tries failed. */
  readonly failureRate: number;
  /** Opens where at least the share `rate` (0–1) of tries took longer than this; null: slow ones do not count. */
  readonly slowCall: { readonly longerThan: Duration; readonly rate: number } | null;
  /** What the shares are of: the last so many tries, or those of the last so many whole seconds, this one included. */
  readonly window:
    | { readonly kind: 'requests'; readonly requests: number }
    | { readonly kind: 'time'; readonly seconds: number };
  /** Tries in the window without which it draws no conclusion. */
  readonly minimumRequests: number;
  /** How long it refuses everything. */
  readonly open: Duration;
  /** Tries let through after that, by which it decides. */
  readonly halfOpenRequests: number;
}

/**
 * The defaults of what clients and pods do against failure and overload, with the source of each number: a part of
 * defaults.ts.
 */
import { MILLISECOND, seconds } from '../base/time.ts';
import type { Duration } from '../base/time.ts';
import type { ErrorCause } from '../contract/plan.ts';

export const RETRY_ATTEMPTS = 1;
export const RETRY_ON: readonly ErrorCause[] = [
  'refused',
  'connectTimeout',
  'timeout',
  '503',
  'dns',
];
/** Base and factor of Envoy's default back-off (25 ms, exponential, fully jittered). */
export const RETRY_BASE: Duration = (25 * MILLISECOND) as Duration;
export const RETRY_FACTOR = 2;
export const RETRY_JITTER = 'Full';

export const SHED_AT = 'Arrival';
/** Sources: RFC 8289, section 4.3 (both times); "Fail at Scale", ACM Queue 13/8, has the same. */
export const CODEL: {
  readonly law: 'FailAtScale';
  readonly target: Duration;
  readonly interval: Duration;
} = {
  law: 'FailAtScale',
  target: (5 * MILLISECOND) as Duration,
  interval: (100 * MILLISECOND) as Duration,
};

/** Tries of a hedged request: one more. */
export const HEDGE_ATTEMPTS = 2;
/** What makes a request slow is where it came to, not what it asks for ("The Tail at Scale", CACM 56/2). An assumption. */
export const HEDGE_SERVICE_TIME = 'Redrawn';

/** Source: resilience4j, CircuitBreakerConfig. */
export const CIRCUIT_BREAKER: {
  readonly failureRate: number;
  readonly slowCallRate: number;
  readonly windowRequests: number;
  readonly minimumRequests: number;
  readonly open: Duration;
  readonly halfOpenRequests: number;
} = {
  failureRate: 0.5,
  slowCallRate: 1,
  windowRequests: 100,
  minimumRequests: 100,
  open: seconds(60),
  halfOpenRequests: 10,
};

/** Source of this and the next two: Netflix concurrency-limits, AIMDLimit and Gradient2Limit. */
export const LIMIT_BOUNDS = { initial: 20, min: 20, max: 200 } as const;
export const AIMD: { readonly backoffRatio: number; readonly timeout: Duration } = {
  backoffRatio: 0.9,
  timeout: seconds(5),
};
export const GRADIENT2 = {
  rttTolerance: 1.5,
  smoothing: 0.2,
  longWindow: 600,
  queueSize: 4,
} as const;

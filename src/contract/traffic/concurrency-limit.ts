/** Limits of what a client pod has under way. Durations are whole nanoseconds. */
import type { Duration } from '../../base/time.ts';

/** How many tries of one client pod may be under way at a time, and how many more may wait for their turn. */
export interface ConcurrencyLimitPolicy {
  readonly limit: ConcurrencyLimitKind;
  readonly queue: number;
}

/** `fixed`: a bulkhead (resilience4j); the others find the limit themselves (Netflix concurrency-limits). */
export type ConcurrencyLimitKind =
  | { readonly kind: 'fixed'; readonly max: number }
  | ({
      readonly kind: 'aimd';
      /** 0–1: the limit is multiplied by it where a try was dropped, or took longer than `timeout`. */
      readonly backoffRatio: number;
      readonly timeout: Duration;
    } & LimitBounds)
  | ({
      readonly kind: 'gradient2';
      /** How many times the long-term latency is no sign of a queue. */
      readonly rttTolerance: number;
      /** 0–1: how much of a new limit is taken over at once. */
      readonly smoothing: number;
      /** Tries that the long-term latency is averaged over. */
      readonly longWindow: number;
      /** Queueing that is allowed for: the limit may grow by as much. */
      readonly queueSize: number;
    } & LimitBounds);

export interface LimitBounds {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

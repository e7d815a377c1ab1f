/** When the requests of a client are due. Instants and durations are whole nanoseconds. */
import type { Instant } from '../../base/time.ts';

/** Arrivals of requests, over all replicas of a client. Rates are requests per second. */
export type Arrival =
  | { readonly kind: 'poisson'; readonly rate: number }
  | { readonly kind: 'constant'; readonly rate: number }
  /** Poisson whose rate jumps (`steps`) or moves linearly (`ramp`) from point to point; constant before the first and after the last. */
  | {
      readonly kind: 'steps' | 'ramp';
      readonly points: readonly { readonly at: Instant; readonly rate: number }[];
    };

/** When the requests of a client are due. Instants and durations are whole nanoseconds. */
import type { Duration, Instant } from '../../base/time.ts';
import type { Distribution } from '../distribution.ts';
import type { PlannedTrace } from './trace.ts';

/** A rate from a moment on, or at that moment. */
interface RateAt {
  readonly at: Instant;
  readonly rate: number;
}

/** Arrivals of requests, over all replicas of a client. Rates are requests per second. */
export type Arrival = OpenArrival | ClosedArrival;

/** Users who think, issue a request, wait for its end, and think again. */
export interface ClosedArrival {
  readonly kind: 'closed';
  readonly users: number;
  readonly think: Distribution;
}

/** Requests that are due whatever becomes of others. */
export type OpenArrival =
  | { readonly kind: 'poisson'; readonly rate: number }
  | { readonly kind: 'constant'; readonly rate: number }
  /** Poisson whose rate jumps (`steps`) or moves linearly (`ramp`) from point to point; constant before the first and after the last. */
  | { readonly kind: 'steps'; readonly points: readonly RateAt[] }
  | { readonly kind: 'ramp'; readonly points: readonly RateAt[] }
  /**
   * Poisson whose rate moves linearly between points of a period, from the last to the first of the next one, too.
   * `at` is below `period`; `origin`: when a period begins, ns from the start of the run, which may be before it.
   */
  | {
      readonly kind: 'daily';
      readonly period: Duration;
      readonly origin: number;
      readonly points: readonly { readonly at: Duration; readonly rate: number }[];
    }
  /** Independent times between arrivals. */
  | { readonly kind: 'renewal'; readonly interarrival: Distribution }
  /** Poisson at `rate` while it is on, nothing while it is off. */
  | {
      readonly kind: 'onOff';
      readonly on: Distribution;
      readonly off: Distribution;
      readonly rate: number;
    }
  /** The requests of a trace, as it has them. */
  | {
      readonly kind: 'trace';
      readonly trace: PlannedTrace;
      /** Whose rows: an index into the trace's clients; -1: all, as it names none. */
      readonly client: number;
      /** How many these are. */
      readonly rows: number;
      /** What the trace's instants count from: the start of the measurement. */
      readonly from: Instant;
      /** How many times as fast as in the trace. */
      readonly speed: number;
      /** The trace begins again after so long, in its own time, and has always done so; null: it ends. */
      readonly repeat: Duration | null;
      /** What the rate comes to from each moment of the run on, for those who look ahead. */
      readonly points: readonly { readonly at: Instant; readonly rate: number }[];
    }
  /** No requests: connections that a trace opens and closes. `from` and `speed` as above. */
  | {
      readonly kind: 'script';
      readonly trace: PlannedTrace;
      readonly from: Instant;
      readonly speed: number;
    };

/** Nothing arrives by itself: whoever issues requests does so for a reason of its own. */
export const NO_ARRIVALS: Arrival = { kind: 'poisson', rate: 0 };

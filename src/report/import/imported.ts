/** What there is to say of an import: the log, the fits, and what was chosen. */
import type { ObservedArrivals, RateStep } from '../../observed/arrivals.ts';
import type { Fit } from '../../observed/fits.ts';
import type { ObservedLatencies } from '../../observed/latencies.ts';

/** How service times are written: by a fit, or by the values of a file. */
export type ServiceTimeChoice =
  | { readonly kind: 'fit'; readonly fit: Fit }
  | { readonly kind: 'empirical'; readonly file: string; readonly count: number };

/** How arrivals are written. */
export type ArrivalChoice =
  | { readonly kind: 'poisson'; readonly perSecond: number }
  | { readonly kind: 'steps'; readonly of: ObservedArrivals }
  /** By hour of the day. */
  | { readonly kind: 'daily'; readonly points: readonly RateStep[] }
  | { readonly kind: 'trace'; readonly file: string; readonly count: number }
  | { readonly kind: 'none' };

export interface Imported {
  /** Names of the files that were read. */
  readonly sources: readonly string[];
  /** Format and column: `nginx: $upstream_response_time, in s`. */
  readonly what: string;
  readonly latencies: ObservedLatencies;
  readonly arrivals: ObservedArrivals | null;
  /** Best first. */
  readonly fits: readonly Fit[];
  readonly serviceTime: ServiceTimeChoice;
  readonly arrival: ArrivalChoice;
  /** Requests without a latency, and lines that were left out because they are broken. */
  readonly unanswered: number;
  readonly skipped: number;
}

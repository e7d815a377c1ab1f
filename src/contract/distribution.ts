/** Distributions as a plan has them. */
import type { Duration } from '../base/time.ts';

/** A distribution of durations. Parameters are in nanoseconds unless they are pure numbers. */
export type Distribution =
  | { readonly kind: 'constant'; readonly value: Duration }
  | { readonly kind: 'uniform'; readonly min: Duration; readonly max: Duration }
  | { readonly kind: 'exponential'; readonly mean: Duration }
  | { readonly kind: 'erlang'; readonly mean: Duration; readonly k: number }
  | { readonly kind: 'gamma'; readonly mean: Duration; readonly cv: number }
  /** Of the underlying normal, for values in nanoseconds. */
  | { readonly kind: 'lognormal'; readonly mu: number; readonly sigma: number }
  | { readonly kind: 'weibull'; readonly mean: Duration; readonly shape: number }
  /** Bounded above by `max`; unbounded where `max` is left out. */
  | {
      readonly kind: 'pareto';
      readonly min: Duration;
      readonly alpha: number;
      readonly max?: Duration;
    }
  | {
      readonly kind: 'hyperexponential';
      readonly of: readonly { readonly weight: number; readonly mean: Duration }[];
    }
  | {
      readonly kind: 'mixture';
      readonly of: readonly { readonly weight: number; readonly of: Distribution }[];
    }
  /** Observed values, ascending, each with equal weight: resampled with replacement. */
  | { readonly kind: 'empirical'; readonly values: readonly number[] }
  /** Buckets of a recorded histogram, ascending: `upper` bounds in ns with their counts; uniform inside a bucket. */
  | {
      readonly kind: 'histogram';
      readonly upper: readonly number[];
      readonly counts: readonly number[];
    };

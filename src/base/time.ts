/**
 * Simulated time: integer nanoseconds held in a double, exact for 104 days.
 *
 * An `Instant` counts from the start of the run, a `Duration` is a span between two instants.
 * Samples are rounded to whole nanoseconds once, where they are drawn; everything after that is exact.
 */

declare const instant: unique symbol;
declare const duration: unique symbol;

/** A moment of simulated time: integer nanoseconds since the start of the run. */
export type Instant = number & { readonly [instant]: true };

/** A non-negative span of simulated time, in integer nanoseconds. */
export type Duration = number & { readonly [duration]: true };

/** The largest time that is still exact: 2^53 ns, about 104 days. */
export const TIME_MAX: number = 2 ** 53 - 1;

export const MICROSECOND: Duration = 1e3 as Duration;
export const MILLISECOND: Duration = 1e6 as Duration;

/** A span of seconds, rounded to whole nanoseconds. */
export const seconds = (value: number): Duration => Math.round(value * 1e9) as Duration;

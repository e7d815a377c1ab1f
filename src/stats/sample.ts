/**
 * A value on its way into several histograms: its bucket is worked out once, of the finest precision that any of
 * them has, and coarser ones follow from that. The value itself stands in an array, because as an argument
 * of calls it would be a number on the heap, once for each histogram.
 */
import { logLinearBuckets } from './log-linear.ts';
import type { LogLinearBuckets } from './log-linear.ts';

/** The finest precision: sub-buckets per octave as a power of two. */
const FINEST = 8;

export class Sample {
  /** The value, ns. */
  readonly value: Float64Array = new Float64Array(1);
  /** Its bucket at the finest precision. */
  private finest = 0;
  private readonly buckets: LogLinearBuckets = logLinearBuckets(FINEST);

  /** Takes a value: whole ns from 0 to 2^53 - 1. */
  set(ns: number): void {
    this.value[0] = ns;
    this.finest = this.buckets.of(ns);
  }

  /** The bucket of the value at a precision from 1 to 8. */
  bucket(precision: number): number {
    const { finest } = this;
    // Small values have buckets of their own, and precision makes no difference where they end.
    if (finest < 1 << FINEST) return logLinearBuckets(precision).of(finest);
    const coarser = FINEST - precision;
    return (finest >> coarser) + (coarser << precision);
  }
}

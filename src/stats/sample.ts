/**
 * A value on its way into several histograms: its bucket is worked out once, of the finest precision that any of
 * them has, and coarser ones follow from that. The value itself stands in an array, because as an argument
 * of calls it would be a number on the heap, once for each histogram.
 */
import { logLinearBuckets } from './log-linear.ts';
import type { LogLinearBuckets } from './log-linear.ts';

/** The finest precision: sub-buckets per octave as a power of two. */
const FINEST = 8;

/** Which of a double's two words is the upper one: that depends on the machine. */
const UPPER = new Int32Array(Float64Array.of(1).buffer)[0] === 0 ? 1 : 0;

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
    return coarserBucket(this.finest, precision);
  }
}

/** Many values on their way into the same histograms, which find the buckets in their bits (see log-linear.ts). */
export class Samples {
  size: number = 0;
  /** The values, ns: `size` of them. */
  values: Float64Array = new Float64Array(0);
  /** The same bits as words; the upper one of the first value, from which on it is every second. */
  words: Int32Array = new Int32Array(0);
  readonly upper: number = UPPER;
  total: number = -0;
  smallest: number = Infinity;
  largest: number = -Infinity;

  /** Makes room for `size` values, which the caller then writes to `values`. */
  reserve(size: number): void {
    if (size <= this.values.length) return;
    this.values = new Float64Array(2 * size);
    this.words = new Int32Array(this.values.buffer);
  }

  /** So many values are there, of this sum and range. */
  settle(size: number, total: number, smallest: number, largest: number): void {
    this.size = size;
    this.total = total;
    this.smallest = smallest;
    this.largest = largest;
  }
}

/** The bucket at a coarser precision of a value whose bucket is `finest` at the finest. */
export function coarserBucket(finest: number, precision: number): number {
  // Small values have buckets of their own, and precision makes no difference where they end.
  if (finest < 1 << FINEST) return logLinearBuckets(precision).of(finest);
  const coarser = FINEST - precision;
  return (finest >> coarser) + (coarser << precision);
}

/**
 * Log-linear buckets for integers from 0 up to 2^53: each value of its own below 2^precision, then
 * 2^precision buckets of equal width in every octave. A bucket is never wider than 2^-precision of
 * the values in it. The scheme is HdrHistogram's (G. Tene); here the bucket is read off the bits of
 * the double, whose exponent and leading mantissa bits are the octave and the bucket in it.
 */

const EXPONENT_BIAS = 1023;
const MANTISSA_BITS_OF_HIGH_HALF = 20;

/**
 * The buckets of one precision. All that `of` reads lies in the object: bundlers turn constants of a
 * module into variables, and recording a value would then take a third longer.
 */
export class LogLinearBuckets {
  private readonly number: Float64Array = new Float64Array(1);
  private readonly halves: Uint32Array = new Uint32Array(this.number.buffer);
  private readonly exactBelow: number;
  private readonly shift: number;
  private readonly base: number;

  /** @param precision from 1 to 20 */
  constructor(precision: number) {
    this.exactBelow = 1 << precision;
    this.shift = MANTISSA_BITS_OF_HIGH_HALF - precision;
    this.base = (EXPONENT_BIAS + precision - 1) << precision;
  }

  /** The bucket of `value`, an integer from 0 to 2^53 - 1. */
  of(value: number): number {
    if (value < this.exactBelow) return value;
    this.number[0] = value;
    return (this.halves[1]! >>> this.shift) - this.base;
  }
}

const ofPrecision = Array.from({ length: 21 }, (_, precision) => new LogLinearBuckets(precision));

/** The buckets of a `precision` from 1 to 20, shared by all who ask. */
export function logLinearBuckets(precision: number): LogLinearBuckets {
  return ofPrecision[precision]!;
}

/** The bucket of `value`, an integer from 0 to 2^53 - 1, with a `precision` from 1 to 20. */
export function bucketOf(value: number, precision: number): number {
  return logLinearBuckets(precision).of(value);
}

/** The smallest value in `bucket`. */
export function lowestOf(bucket: number, precision: number): number {
  const octave = bucket >> precision;
  if (octave === 0) return bucket;
  const position = bucket - (octave << precision);
  return ((1 << precision) + position) * 2 ** (octave - 1);
}

/** How many integers share `bucket`. */
export function widthOf(bucket: number, precision: number): number {
  const octave = bucket >> precision;
  return octave === 0 ? 1 : 2 ** (octave - 1);
}

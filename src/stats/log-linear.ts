/**
 * Log-linear buckets for integers from 0 up to 2^53: each value of its own below 2^precision, then
 * 2^precision buckets of equal width in every octave. A bucket is never wider than 2^-precision of
 * the values in it. The scheme is HdrHistogram's (G. Tene).
 */

/**
 * The buckets of one precision. Integer arithmetic on at most 31 bits of the value: its octave is the
 * position of the leading bit, the bucket in it the bits that follow.
 */
export class LogLinearBuckets {
  /** Smaller values have a bucket each. */
  readonly exactBelow: number;
  /**
   * From there on a value's bucket also stands in the upper word of its 64 bits as a double, which are exponent and leading
   * bits, too: it is `(word >> shift) - base`.
   */
  readonly shift: number;
  readonly base: number;
  private readonly precision: number;

  /** @param precision from 1 to 20 */
  constructor(precision: number) {
    this.precision = precision;
    this.exactBelow = 1 << precision;
    this.shift = 20 - precision;
    this.base = (1022 + precision) << precision;
  }

  /** The bucket of `value`, an integer from 0 to 2^53 - 1. */
  of(value: number): number {
    if (value < this.exactBelow) return value | 0;
    // Larger values lose their last 11 or 22 bits: 20 or more are left, enough for any precision. The
    // powers of two are written as numbers, since this runs for every value recorded.
    let bits = value | 0;
    let cut = 0;
    if (value >= 4398046511104) {
      bits = (value / 4194304) | 0;
      cut = 22;
    } else if (value >= 2147483648) {
      bits = (value / 2048) | 0;
      cut = 11;
    }
    const octave = 31 - Math.clz32(bits) - this.precision;
    return ((octave + cut) << this.precision) + (bits >> octave);
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

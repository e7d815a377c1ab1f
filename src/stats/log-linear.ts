/**
 * Log-linear buckets for integers from 0 up to 2^53: each value of its own below 2^precision, then
 * 2^precision buckets of equal width in every octave. A bucket is never wider than 2^-precision of
 * the values in it. The scheme is HdrHistogram's (G. Tene).
 */

/** Bits cut off a value of 2^31 or more, and of 2^42 or more: 21 to 31 bits are left, enough for any precision. */
const CUT = 11;
const BIG_CUT = 22;

/**
 * The buckets of one precision. Integer arithmetic on at most 31 bits of the value: its octave is the
 * position of the leading bit, the bucket in it the bits that follow.
 */
export class LogLinearBuckets {
  private readonly precision: number;
  private readonly exactBelow: number;

  /** @param precision from 1 to 20 */
  constructor(precision: number) {
    this.precision = precision;
    this.exactBelow = 1 << precision;
  }

  /** The bucket of `value`, an integer from 0 to 2^53 - 1. */
  of(value: number): number {
    if (value < this.exactBelow) return value | 0;
    let bits = value | 0;
    let cut = 0;
    if (value >= 2 ** 42) {
      bits = (value / 2 ** BIG_CUT) | 0;
      cut = BIG_CUT;
    } else if (value >= 2 ** 31) {
      bits = (value / 2 ** CUT) | 0;
      cut = CUT;
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

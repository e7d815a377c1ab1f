/**
 * A histogram of whole nanoseconds from 0 up to 2^53 in log-linear buckets (see log-linear.ts).
 * Recording costs a few nanoseconds and allocates nothing once the range of values is known; memory
 * depends on that range only, never on how many values there were. Count, sum, smallest and largest
 * value are kept beside the buckets and are exact (the sum while it is below 2^53).
 */
import { assert } from '../base/assert.ts';
import type { HistogramData } from '../contract/result.ts';
import { bucketOf, logLinearBuckets, lowestOf, widthOf } from './log-linear.ts';
import type { LogLinearBuckets } from './log-linear.ts';
import type { Sample, Samples } from './sample.ts';

/** With 7 bits a bucket is at most 0.8 % of the value wide. */
const DEFAULT_PRECISION = 7;

const EMPTY = new Float64Array(0);

export class Histogram {
  /** Buckets per octave, as a power of two: a quantile is within 2^-precision of the true one. */
  readonly precision: number;
  /** How many values were recorded. */
  count = 0;
  // Not small integers, so that these fields hold doubles from the start. The sum of nothing is 0.
  private total = -0;
  private smallest = Infinity;
  private largest = -Infinity;
  /** Counts of the buckets from `offset` on, in whole octaves: those seen so far. */
  private counts: Float64Array = EMPTY;
  private offset = 0;
  private readonly buckets: LogLinearBuckets;

  constructor(precision: number = DEFAULT_PRECISION) {
    assert(
      Number.isInteger(precision) && precision >= 1 && precision <= 20,
      `the precision of a histogram is a whole number from 1 to 20: ${precision}`,
    );
    this.precision = precision;
    this.buckets = logLinearBuckets(precision);
  }

  /** Sum of all values, ns. */
  get sum(): number {
    return this.total + 0;
  }

  /** Smallest value, ns; 0 where there is none. */
  get min(): number {
    return this.count === 0 ? 0 : this.smallest;
  }

  /** Largest value, ns; 0 where there is none. */
  get max(): number {
    return this.count === 0 ? 0 : this.largest;
  }

  /** Counts one value: whole ns from 0 to 2^53 - 1. */
  record(ns: number): void {
    this.add(this.buckets.of(ns), ns);
  }

  /** Counts the value of a sample; for a precision of at most 8. */
  recordSample(sample: Sample): void {
    this.add(sample.bucket(this.precision), sample.value[0]!);
  }

  /** Counts the values of samples. */
  recordSamples({ values, words, upper, size, total, smallest, largest }: Samples): void {
    const { exactBelow, shift, base } = this.buckets;
    if (smallest < exactBelow) {
      for (let i = 0; i < size; i++) this.record(values[i]!);
      return;
    }
    if (smallest < this.smallest) this.makeRoomFor(smallest);
    if (largest > this.largest) this.makeRoomFor(largest);
    const { counts, offset } = this;
    const first = base + offset;
    for (let i = upper; i < 2 * size; i += 2) counts[((words[i]! >> shift) - first) | 0]! += 1;
    this.count += size;
    this.total += total;
    if (smallest < this.smallest) this.smallest = smallest;
    if (largest > this.largest) this.largest = largest;
  }

  /** Mean of all values, ns; NaN where there is none. */
  mean(): number {
    return this.total / this.count;
  }

  /**
   * The value that a share `q` (0 to 1) of all values does not exceed, ns; NaN where there is none.
   * Inside a bucket its values count as spread evenly. `quantile(0)` and `quantile(1)` are exact.
   */
  quantile(q: number): number {
    assert(q >= 0 && q <= 1, `a quantile is asked for by a share from 0 to 1: ${q}`);
    if (this.count === 0) return NaN;
    if (q === 1) return this.largest;
    const rank = toRank(q, this.count);
    if (rank === 0) return this.smallest;
    let below = 0;
    let index = 0;
    while (below + this.counts[index]! < rank) below += this.counts[index++]!;
    const bucket = this.offset + index;
    const share = (rank - below) / this.counts[index]!;
    const value = lowestOf(bucket, this.precision) + share * (widthOf(bucket, this.precision) - 1);
    return Math.min(Math.max(value, this.smallest), this.largest);
  }

  /** The share of all values that does not exceed `ns`, 0 to 1, the inverse of `quantile`; NaN where there is none. */
  shareUpTo(ns: number): number {
    if (this.count === 0) return NaN;
    if (ns < this.smallest) return 0;
    if (ns >= this.largest) return 1;
    const bucket = bucketOf(Math.floor(ns), this.precision);
    let below = 0;
    for (let i = 0; i < bucket - this.offset; i++) below += this.counts[i]!;
    const inside = this.counts[bucket - this.offset]!;
    const width = Math.max(1, widthOf(bucket, this.precision) - 1);
    const share = Math.min(1, (ns - lowestOf(bucket, this.precision)) / width);
    return (below + inside * share) / this.count;
  }

  /** Adds all values of `other`, which has the same precision. */
  merge(other: Histogram): void {
    assert(
      other.precision === this.precision,
      `histograms of precision ${this.precision} and ${other.precision} do not merge`,
    );
    if (other.count === 0) return;
    this.makeRoomFor(other.smallest);
    this.makeRoomFor(other.largest);
    const shift = other.offset - this.offset;
    for (let i = 0; i < other.counts.length; i++) {
      const count = other.counts[i]!;
      if (count > 0) this.counts[i + shift]! += count;
    }
    this.count += other.count;
    this.total += other.total;
    this.smallest = Math.min(this.smallest, other.smallest);
    this.largest = Math.max(this.largest, other.largest);
  }

  toData(): HistogramData {
    const { count, sum, min, max, precision } = this;
    if (count === 0) return { count, sum, min, max, precision, offset: 0, counts: [] };
    const first = bucketOf(min, precision);
    const last = bucketOf(max, precision);
    const counts = this.counts.subarray(first - this.offset, last - this.offset + 1);
    return { count, sum, min, max, precision, offset: first, counts: Array.from(counts) };
  }

  static fromData(data: HistogramData): Histogram {
    const histogram = new Histogram(data.precision);
    if (data.count === 0) return histogram;
    const octave = 1 << data.precision;
    const inOctave = data.offset % octave;
    histogram.offset = data.offset - inOctave;
    histogram.counts = new Float64Array(
      Math.ceil((inOctave + data.counts.length) / octave) * octave,
    );
    histogram.counts.set(data.counts, inOctave);
    histogram.count = data.count;
    histogram.total = data.sum;
    histogram.smallest = data.min;
    histogram.largest = data.max;
    return histogram;
  }

  private add(bucket: number, ns: number): void {
    let index = bucket - this.offset;
    if (index < 0 || index >= this.counts.length) index = this.makeRoomFor(ns);
    this.counts[index]! += 1;
    this.count += 1;
    this.total += ns;
    if (ns < this.smallest) this.smallest = ns;
    if (ns > this.largest) this.largest = ns;
  }

  /** Extends the counts to the octave of `ns`, and returns the index of its bucket in them. */
  private makeRoomFor(ns: number): number {
    assert(
      Number.isSafeInteger(ns) && ns >= 0,
      `a histogram counts whole nanoseconds from 0 to 2^53 - 1, not ${ns}`,
    );
    const bucket = bucketOf(ns, this.precision);
    const octave = 1 << this.precision;
    const from = bucket - (bucket % octave);
    const known = this.counts.length > 0;
    const offset = known ? Math.min(this.offset, from) : from;
    const end = known ? Math.max(this.offset + this.counts.length, from + octave) : from + octave;
    if (end - offset > this.counts.length) {
      const counts = new Float64Array(end - offset);
      if (known) counts.set(this.counts, this.offset - offset);
      this.counts = counts;
      this.offset = offset;
    }
    return bucket - this.offset;
  }
}

/** Rank, 0 to count, of quantile `q`, unspoilt by rounding: 0.07 × 100 is 7. */
function toRank(q: number, count: number): number {
  const rank = q * count;
  const nearest = Math.round(rank);
  return Math.abs(rank - nearest) <= 1e-12 * count ? nearest : rank;
}

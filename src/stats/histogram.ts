/**
 * A histogram of whole nanoseconds from 0 up to 2^53 in log-linear buckets (see log-linear.ts).
 * Recording costs a few nanoseconds and allocates nothing once the range of values is known; memory
 * depends on that range only, never on how many values there were. Count, sum, smallest and largest
 * value are kept beside the buckets and are exact (the sum while it is below 2^53).
 */
import { assert } from '../base/assert.ts';
import type { HistogramData } from '../contract/result.ts';
import { meanOf, quantileOf, shareUpTo } from './histogram-data.ts';
import type { CountedValues } from './histogram-data.ts';
import { bucketOf, logLinearBuckets } from './log-linear.ts';
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
    return meanOf(this);
  }

  /** See quantileOf in histogram-data.ts. */
  quantile(q: number): number {
    return quantileOf(this.values(), q);
  }

  /** See shareUpTo in histogram-data.ts. */
  shareUpTo(ns: number): number {
    return shareUpTo(this.values(), ns);
  }

  /** Adds all values of `other`, which has the same precision. */
  merge(other: Histogram | HistogramData): void {
    assert(
      other.precision === this.precision,
      `histograms of precision ${this.precision} and ${other.precision} do not merge`,
    );
    if (other.count === 0) return;
    const { count, sum, min, max, offset, counts } =
      other instanceof Histogram ? other.values() : other;
    this.makeRoomFor(min);
    this.makeRoomFor(max);
    const shift = offset - this.offset;
    for (let i = 0; i < counts.length; i++) {
      const some = counts[i]!;
      if (some > 0) this.counts[i + shift]! += some;
    }
    this.count += count;
    this.total += sum;
    this.smallest = Math.min(this.smallest, min);
    this.largest = Math.max(this.largest, max);
  }

  toData(): HistogramData {
    const { count, sum, min, max, precision } = this;
    if (count === 0) return { count, sum, min, max, precision, offset: 0, counts: [] };
    const first = bucketOf(min, precision);
    const last = bucketOf(max, precision);
    const counts = this.counts.subarray(first - this.offset, last - this.offset + 1);
    return { count, sum, min, max, precision, offset: first, counts: Array.from(counts) };
  }

  /** A histogram of its own, to which more can be added; what is only to be read needs none (see histogram-data.ts). */
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

  private values(): CountedValues {
    const { count, sum, min, max, precision, offset, counts } = this;
    return { count, sum, min, max, precision, offset, counts };
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

/** The values of several histograms of one precision in one; the data themselves where there is only one. */
export function pooled(each: readonly HistogramData[]): HistogramData {
  if (each.length === 1) return each[0]!;
  const all = new Histogram(each[0]?.precision);
  for (const data of each) all.merge(data);
  return all.toData();
}

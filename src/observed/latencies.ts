/**
 * Latencies as they come, in memory that does not grow with them: counted in fine buckets, and kept as they are while they
 * are few. Logs round: the step in which all values lie is found on the way (their greatest common divisor), and
 * where it is coarse, a value stands for all times that would have been rounded to it, or cut down to it.
 */
import { Histogram } from '../stats/histogram.ts';
import { lowestOf, widthOf } from '../stats/log-linear.ts';
import type { Buckets } from '../stats/fitting/buckets.ts';
import { meanOfBuckets, quantileOfBuckets } from '../stats/fitting/buckets.ts';
import type { Summary } from './format.ts';

/** A bucket is 0.02 % of its value wide. */
const PRECISION = 12;
/** So many values are kept as they are. */
export const EXACT_MAX = 10_000;
/** Steps are coarse from this share of the median on. */
const COARSE = 0.02;

/** What a log says of latencies. Times in ns. */
export interface ObservedLatencies {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  readonly buckets: Buckets;
  /** All of them, ascending, where they are few and no coarser than their spread; null: buckets are all there is. */
  readonly values: Float64Array | null;
  /** The step of all values where it is coarse; null: fine, or a summary. */
  readonly step: number | null;
  /** Whether the log cuts times to its steps rather than rounding them. */
  readonly isCut: boolean;
  /** The percentiles that the source holds, where these are all it holds. */
  readonly percentiles: readonly number[] | null;
  /** Whether each latency was read, rather than a summary of them. */
  readonly isWhole: boolean;
}

/** The greatest common divisor of whole numbers from 0 to 2^53. */
function commonDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small !== 0) [large, small] = [small, large % small];
  return large;
}

export class LatencyTally {
  private readonly histogram = new Histogram(PRECISION);
  private readonly first = new Float64Array(EXACT_MAX);
  private divisor = 0;

  get count(): number {
    return this.histogram.count;
  }

  /** Whole ns. */
  add(ns: number): void {
    if (this.histogram.count < EXACT_MAX) this.first[this.histogram.count] = ns;
    this.histogram.record(ns);
    if (this.divisor !== 1) this.divisor = commonDivisor(this.divisor, ns);
  }

  /** Of one latency or more. @param isCut whether the log cuts times to its steps rather than rounding them */
  observed(isCut = false): ObservedLatencies {
    const { count, min, max } = this.histogram;
    const median = this.histogram.quantile(0.5);
    const isCoarse = this.divisor > COARSE * median && max > min;
    const values = count <= EXACT_MAX ? this.first.subarray(0, count).slice().sort() : null;
    return {
      count,
      mean: this.histogram.mean(),
      min,
      max,
      buckets: this.buckets(isCoarse ? this.divisor : null, isCut),
      values: isCoarse || min === 0 ? null : values,
      step: isCoarse ? this.divisor : null,
      isCut,
      percentiles: null,
      isWhole: true,
    };
  }

  /** Those that hold something; of a coarse log, what is rounded or cut to each of its values. */
  private buckets(step: number | null, isCut: boolean): Buckets {
    const lower: number[] = [];
    const upper: number[] = [];
    const counts: number[] = [];
    const { offset, counts: all } = this.histogram.toData();
    all.forEach((count, index) => {
      if (count === 0) return;
      const lowest = lowestOf(offset + index, PRECISION);
      const width = widthOf(offset + index, PRECISION);
      if (step === null || step <= width) {
        lower.push(lowest);
        upper.push(lowest + width);
      } else {
        const value = Math.ceil(lowest / step) * step;
        lower.push(isCut ? value : Math.max(0, value - step / 2));
        upper.push(isCut ? value + step : value + step / 2);
      }
      counts.push(count);
    });
    return { lower, upper, counts };
  }
}

/** What a summary says of latencies. */
export function observedBySummary({
  buckets,
  mean,
  min,
  max,
  percentiles,
}: Summary): ObservedLatencies {
  return {
    count: buckets.counts.reduce((sum, count) => sum + count, 0),
    mean: mean ?? meanOfBuckets(buckets),
    min: min ?? buckets.lower[0]!,
    max: max ?? buckets.upper.at(-1)!,
    buckets,
    values: null,
    step: null,
    isCut: false,
    percentiles,
    isWhole: false,
  };
}

/** The value that a share `q` of all does not exceed, ns: one of the log's own where these are known. */
export function latencyQuantile(
  { values, buckets, max, step, isCut }: ObservedLatencies,
  q: number,
): number {
  if (values !== null) return values[Math.max(0, Math.ceil(q * values.length - 1e-9) - 1)]!;
  const found = Math.min(quantileOfBuckets(buckets, q), max);
  if (step === null) return found;
  return (isCut ? Math.floor(found / step) : Math.round(found / step)) * step;
}

/** Equally likely values for resampling, ascending, whole ns: all of the log's, or `EXACT_MAX` quantiles of it. */
export function resampledValues(observed: ObservedLatencies): readonly number[] {
  const { values, buckets, min, max } = observed;
  if (values !== null) return [...values];
  const size = Math.min(EXACT_MAX, Math.max(observed.count, 1));
  return Array.from({ length: size }, (_, i) => {
    const value = quantileOfBuckets(buckets, (i + 0.5) / size);
    return Math.round(Math.min(max, Math.max(min, value)));
  });
}

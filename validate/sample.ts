/** Figures of a sample: quantiles, a line through points, and how sure a recorded quantile is. */
import { RandomStream } from '../src/engine/random.ts';

/** The value that a share `q` of an ascending sample does not exceed. */
export const quantileOf = (ascending: ArrayLike<number>, q: number): number =>
  ascending[Math.min(ascending.length - 1, Math.max(0, Math.ceil(q * ascending.length) - 1))]!;

export const ascending = (values: Iterable<number>): Float64Array =>
  Float64Array.from(values).sort();

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What a block of a time series is to be longer than, and how many resamples are drawn. */
const BLOCK = 500;
const RESAMPLES = 1000;

/**
 * Where the true quantiles of a time series lie, with 95 % confidence each: the bootstrap of
 * non-overlapping blocks of 500 values in the order of time, so that values that depend on each other
 * stay together (H. R. Künsch, The jackknife and the bootstrap for general stationary observations,
 * 1989). 1,000 resamples from a fixed seed.
 */
export function bootstrapQuantiles(
  series: readonly number[],
  quantiles: readonly number[],
): Interval[] {
  const { length } = series;
  const blocks = Math.max(1, Math.floor(length / BLOCK));
  const order = series.map((_, i) => i).sort((a, b) => series[a]! - series[b]! || a - b);
  const blockOf = Int32Array.from(order, (i) => Math.min(blocks - 1, Math.floor(i / BLOCK)));
  const sizes = new Int32Array(blocks);
  for (const block of blockOf) sizes[block]!++;
  const stream = RandomStream.open(1, 'validate/bootstrap');
  const found = quantiles.map(() => new Float64Array(RESAMPLES));
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const weights = new Int32Array(blocks);
    let total = 0;
    for (let i = 0; i < blocks; i++) {
      const block = stream.below(blocks);
      weights[block]!++;
      total += sizes[block]!;
    }
    let below = 0;
    let next = 0;
    for (let i = 0; i < length && next < quantiles.length; i++) {
      below += weights[blockOf[i]!]!;
      while (next < quantiles.length && below >= quantiles[next]! * total) {
        found[next++]![resample] = series[order[i]!]!;
      }
    }
  }
  return found.map((values) => {
    values.sort();
    return { low: quantileOf(values, 0.025), high: quantileOf(values, 0.975) };
  });
}

/** What a distribution is to the sampler: a way to fill a block, and what is known of it beforehand. */
import type { RandomStream } from '../random.ts';

export interface Variate {
  /** Expected value in ns before rounding, in closed form; Infinity where there is none. */
  readonly mean: number;
  /** The value, where there is only one; else null. */
  readonly constant: number | null;
  /** Writes the next `count` variates, in ns and not yet rounded, to the start of `out`. */
  fill(out: Float64Array, count: number, stream: RandomStream): void;
}

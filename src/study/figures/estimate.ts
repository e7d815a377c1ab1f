/** A figure over replications: its mean, and how well it is known. */
import { meanInterval } from '../../stats/interval.ts';

/** The confidence of every interval of a study. */
export const CONFIDENCE = 0.95;

/** A mean over `n` replications, in the figure's own unit. */
export interface Estimate {
  readonly mean: number;
  /** Half the width of the interval (Student's t) at CONFIDENCE; null for a single replication. */
  readonly halfWidth: number | null;
  readonly n: number;
}

/** The estimate from one value per replication; null where there is none. */
export function estimateOf(values: readonly number[]): Estimate | null {
  if (values.length === 0) return null;
  if (values.length === 1) return { mean: values[0]!, halfWidth: null, n: 1 };
  const { mean, halfWidth } = meanInterval(values, CONFIDENCE);
  return { mean, halfWidth, n: values.length };
}

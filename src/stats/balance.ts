/** How evenly requests are spread over the pods of a Service, against the share that is fair. */
import { sum } from 'simple-statistics';
import { assert } from '../base/assert.ts';
import { hottestByChance } from './hottest-by-chance.ts';
import { chiSquareTail } from './special-functions/incomplete-gamma.ts';

/**
 * The load of a pod is its requests over its fair share: 1 for every pod where the spread is perfect.
 * Each figure weighs a pod by its fair share.
 */
export interface Balance {
  /** Largest and smallest load. */
  readonly maxOverMean: number;
  readonly minOverMean: number;
  /** Coefficient of variation of the loads: their standard deviation, as their mean is 1. */
  readonly cv: number;
  /**
   * Jain's index of fairness, 1 where all loads are equal down to 1/n where one pod has everything:
   * R. Jain, D. Chiu, W. Hawe, DEC Research Report TR-301, 1984. Equals 1 / (1 + cv²).
   */
  readonly jain: number;
  /** Pearson's χ² of the counts against the fair shares. */
  readonly chiSquare: number;
  /** Probability of a χ² at least as large where each request picks a pod by chance in fair proportion. */
  readonly pValue: number;
}

/**
 * The balance of `counts` of requests per pod. `weights` are proportional to the fair shares (the time
 * each pod was ready, say); left out, all pods have the same. A pod of weight 0 is left out with its
 * requests. Null where no request or no pod is left.
 */
export function balanceOf(counts: readonly number[], weights?: readonly number[]): Balance | null {
  assert(
    weights === undefined || weights.length === counts.length,
    `${counts.length} counts do not match ${weights?.length} weights`,
  );
  const pods = counts
    .map((count, i) => ({ count, weight: weights === undefined ? 1 : weights[i]! }))
    .filter(({ weight }) => weight > 0);
  const requests = sum(pods.map(({ count }) => count));
  if (requests === 0) return null;
  const weight = sum(pods.map((pod) => pod.weight));

  let maxOverMean = 0;
  let minOverMean = Infinity;
  let chiSquare = 0;
  for (const pod of pods) {
    const fair = (requests * pod.weight) / weight;
    const load = pod.count / fair;
    maxOverMean = Math.max(maxOverMean, load);
    minOverMean = Math.min(minOverMean, load);
    chiSquare += (pod.count - fair) ** 2 / fair;
  }
  // Σ share × (load - 1)², which is the variance of the loads.
  const variance = chiSquare / requests;
  return {
    maxOverMean,
    minOverMean,
    cv: Math.sqrt(variance),
    jain: 1 / (1 + variance),
    chiSquare,
    pValue: pods.length === 1 ? 1 : chiSquareTail(chiSquare, pods.length - 1),
  };
}

/**
 * The maxOverMean to be expected where each of `requests` picks one of `pods` by chance, all alike: see
 * hottest-by-chance.ts.
 */
export const expectedMaxOverMean = ({
  pods,
  requests,
}: {
  readonly pods: number;
  readonly requests: number;
}): number => hottestByChance({ pods, draws: requests }).mean;

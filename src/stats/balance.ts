/** How evenly requests are spread over the pods of a Service, against the share that is fair. */
import { sum } from 'simple-statistics';
import { assert } from '../base/assert.ts';
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
 * The maxOverMean to be expected where each of `requests` picks one of `pods` by chance, all alike: how
 * uneven a perfectly random spread looks. Taken as the expected maximum of independent Poisson
 * counts: given their sum these are multinomial, and the sum's own fluctuation moves all of them alike.
 * Within 1 % from five requests a pod on.
 */
export function expectedMaxOverMean({
  pods,
  requests,
}: {
  pods: number;
  requests: number;
}): number {
  if (pods === 1) return 1;
  const mean = requests / pods;
  const chances = poissonChances(mean);
  // E[max] = Σ P(max > m) over m ≥ 0, with P(max ≤ m) = P(count ≤ m)^pods.
  let atMost = 0;
  let expected = chances.from;
  for (const chance of chances.of) {
    atMost += chance;
    expected += 1 - Math.pow(Math.min(atMost, 1), pods);
  }
  return expected / mean;
}

/** The chance of each count from `from` on of a Poisson distribution; what is left out is below 1e-20. */
function poissonChances(mean: number): { from: number; of: Float64Array } {
  const reach = Math.ceil(12 * Math.sqrt(mean)) + 30;
  const middle = Math.floor(mean);
  const from = Math.max(0, middle - reach);
  const of = new Float64Array(middle + reach - from + 1);
  // Outwards from the mode, then scaled: exact at any mean, where e^-mean would have vanished.
  of[middle - from] = 1;
  for (let m = middle; m > from; m--) of[m - 1 - from] = (of[m - from]! * m) / mean;
  for (let m = middle + 1; m - from < of.length; m++) of[m - from] = (of[m - 1 - from]! * mean) / m;
  const total = of.reduce((sofar, chance) => sofar + chance, 0);
  return { from, of: of.map((chance) => chance / total) };
}

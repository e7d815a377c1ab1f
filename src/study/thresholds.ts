/**
 * Thresholds: a metric against its limit, with what the replications leave open. A threshold is met when the whole
 * interval of the metric's mean keeps the limit, missed when all of it is beyond, and undecided in between: then
 * its mean counts, and it says how many replications would decide. A threshold that finds nothing to measure is never passed.
 *
 * `==` is for what has no spread: it holds where it holds in every replication. A limit at the end of what a
 * metric can be, such as `errors.ratio <= 0`, is decided by the mean alone: one failure is enough to know.
 */
import { METRICS } from '../contract/metrics.ts';
import type { Threshold } from '../contract/plan.ts';
import { replicationsToDecide } from '../stats/replications.ts';
import { studentTwoSidedQuantile } from '../stats/special-functions/student-t.ts';
import { CONFIDENCE } from './figures/estimate.ts';
import type { Estimate } from './figures/estimate.ts';
import { estimateIn, queryOf, valuesOf } from './figures/run-figures.ts';
import type { VariantFigures } from './figures/run-figures.ts';

/** How a threshold was met in the runs of one variant. */
export interface Judgement {
  readonly threshold: Threshold;
  /** `Undecided`: the interval holds the limit. `Empty`: there was nothing to measure. */
  readonly status: 'Passed' | 'Failed' | 'Undecided' | 'Empty';
  /** Whether the mean keeps the limit: what counts where the interval does not decide. False where it is empty. */
  readonly holds: boolean;
  /** Mean over the replications in the metric's own unit; null where there was nothing to measure. */
  readonly value: number | null;
  /** With its interval, where several replications give one. */
  readonly estimate: Estimate | null;
  /** How far the value is beyond the limit, as a ratio of it: positive where it is above; null for a limit of 0. */
  readonly margin: number | null;
  /** Of an undecided one, replications in all that would probably decide; null where no reasonable number would. */
  readonly replicationsNeeded: number | null;
  /** Its window opened in no run. */
  readonly neverOpened: boolean;
}

type Holds = (value: number, limit: number) => boolean;

const HOLDS: Readonly<Record<Threshold['operator'], Holds>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
};

/** Whether the limit is an end of the metric's range, which no mean can be beyond. */
export function isAtEnd({ metric, value: limit }: Threshold): boolean {
  const unit = METRICS.find(({ name }) => name === metric)?.unit;
  return limit <= 0 || (unit === 'ratio' && limit >= 1);
}

/** What the values say of the limit, with their estimate. */
function statusOf(
  threshold: Threshold,
  values: readonly number[],
  { mean, low, high }: Estimate,
): Judgement['status'] {
  const { operator, value: limit } = threshold;
  const holds = HOLDS[operator];
  if (operator === '==') {
    return values.every((value) => holds(value, limit)) ? 'Passed' : 'Failed';
  }
  if (low === null || high === null || isAtEnd(threshold)) {
    return holds(mean, limit) ? 'Passed' : 'Failed';
  }
  const [lowHolds, highHolds] = [holds(low, limit), holds(high, limit)];
  if (lowHolds && highHolds) return 'Passed';
  return lowHolds || highHolds ? 'Undecided' : 'Failed';
}

/** How many times as many requests, all alike, move the bound of a share of none or all of them to the limit. */
const requestsToDecide = ({ mean, low, high }: Estimate, limit: number): number =>
  mean === 0 ? Math.log1p(-high!) / Math.log1p(-limit) : Math.log(low!) / Math.log(limit);

/** Standard deviation between runs: of their values or, of a single run, what its own batches say. */
function deviationOf(
  values: readonly number[],
  { mean, halfWidth, method }: Estimate,
  batches: number | undefined,
): number | null {
  const n = values.length;
  if (n > 1)
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  if (method !== 'batchMeans' || batches === undefined) return null;
  return halfWidth! / studentTwoSidedQuantile(CONFIDENCE, batches - 1);
}

/** Replications of which as many values as are needed come: not every one has to have one. */
function needed(
  { estimate, limit }: { readonly estimate: Estimate; readonly limit: number },
  { values, figures }: { readonly values: readonly number[]; readonly figures: VariantFigures },
): number | null {
  const { mean, method } = estimate;
  const share = values.length / figures.runs.length;
  if (method === 'clopperPearson') {
    return Math.ceil((values.length * requestsToDecide(estimate, limit)) / share);
  }
  const distance = Math.abs(mean - limit);
  const deviation = deviationOf(values, estimate, figures.runs[0]!.batchMeans?.batches);
  if (deviation === null || distance === 0) return null;
  const count = replicationsToDecide({ deviation, distance }, CONFIDENCE);
  return count === null ? null : Math.ceil(count / share);
}

function judgeOne(figures: VariantFigures, threshold: Threshold): Judgement {
  const values = valuesOf(figures, queryOf(threshold));
  const estimate = estimateIn(figures, queryOf(threshold));
  const runs = figures.runs.length;
  const neverOpened =
    runs > 0 && figures.runs.every(({ opened }) => !opened.includes(threshold.during));
  if (estimate === null) {
    const nothing = { value: null, estimate, margin: null, replicationsNeeded: null };
    return { threshold, status: 'Empty', holds: false, ...nothing, neverOpened };
  }
  const { mean: value } = estimate;
  const limit = threshold.value;
  const status = statusOf(threshold, values, estimate);
  return {
    threshold,
    status,
    holds: status === 'Undecided' ? HOLDS[threshold.operator](value, limit) : status === 'Passed',
    value,
    estimate,
    margin: limit === 0 ? null : (value - limit) / Math.abs(limit),
    replicationsNeeded:
      status === 'Undecided' ? needed({ estimate, limit }, { values, figures }) : null,
    neverOpened,
  };
}

/** Judges thresholds by the runs of one variant, in their order. */
export function judge(
  figures: VariantFigures,
  thresholds: readonly Threshold[],
): readonly Judgement[] {
  return thresholds.map((threshold) => judgeOne(figures, threshold));
}

/** Whether a threshold can fail: those that only warn cannot. */
export const isBinding = ({ severity }: Threshold): boolean => severity === 'Fail';

/** Whether a judgement fails the study; a `Warn` threshold never does, an undecided one by its mean. */
export function isFailure(judgement: Judgement): boolean {
  return !judgement.holds && isBinding(judgement.threshold);
}

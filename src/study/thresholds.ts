/**
 * Thresholds: the mean of a metric over the replications against its limit. A threshold that finds
 * nothing to measure is never passed.
 */
import type { Threshold } from '../contract/plan.ts';
import { estimateOf } from './figures/estimate.ts';
import type { Estimate } from './figures/estimate.ts';
import { queryOf, valuesOf } from './figures/run-figures.ts';
import type { VariantFigures } from './figures/run-figures.ts';

/** How a threshold was met in the runs of one variant. */
export interface Judgement {
  readonly threshold: Threshold;
  /** `Empty`: there was nothing to measure. */
  readonly status: 'Passed' | 'Failed' | 'Empty';
  /** Mean over the replications in the metric's own unit; null where there was nothing to measure. */
  readonly value: number | null;
  readonly estimate: Estimate | null;
  /** How far the value is beyond the limit, as a ratio of it: positive where it is above; null for a limit of 0. */
  readonly margin: number | null;
  /** Its window opened in no run. */
  readonly neverOpened: boolean;
}

const HOLDS: Readonly<Record<Threshold['operator'], (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
};

function judgeOne(figures: VariantFigures, threshold: Threshold): Judgement {
  const estimate = estimateOf(valuesOf(figures, queryOf(threshold)));
  const neverOpened =
    figures.runs.length > 0 &&
    figures.runs.every(({ opened }) => !opened.includes(threshold.during));
  if (estimate === null) {
    return { threshold, status: 'Empty', value: null, estimate, margin: null, neverOpened };
  }
  const value = estimate.mean;
  return {
    threshold,
    status: HOLDS[threshold.operator](value, threshold.value) ? 'Passed' : 'Failed',
    value,
    estimate,
    margin: threshold.value === 0 ? null : (value - threshold.value) / Math.abs(threshold.value),
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

/** Whether a judgement fails the study; a `Warn` threshold never does. */
export function isFailure(judgement: Judgement): boolean {
  return judgement.status !== 'Passed' && judgement.threshold.severity === 'Fail';
}

/**
 * Thresholds: the mean of a metric over the replications against its limit. A threshold that finds
 * nothing to measure is never passed.
 */
import type { Threshold } from '../contract/plan.ts';
import type { Estimate } from './estimate.ts';
import { metricEstimate } from './metrics.ts';
import type { VariantRuns } from './study.ts';

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

function judgeOne(variant: VariantRuns, threshold: Threshold): Judgement {
  const estimate = metricEstimate(variant, {
    metric: threshold.metric,
    window: threshold.during,
    client: threshold.client,
    service: threshold.service,
  });
  const neverOpened =
    variant.runs.length > 0 &&
    variant.runs.every(
      ({ windows }) => windows.find(({ window }) => window === threshold.during)!.openNs === 0,
    );
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

/** Judges every threshold of a variant's plan, in the order of the file. */
export function judge(variant: VariantRuns): readonly Judgement[] {
  return variant.plan.thresholds.map((threshold) => judgeOne(variant, threshold));
}

/** Whether a judgement fails the study; a `Warn` threshold never does. */
export function isFailure(judgement: Judgement): boolean {
  return judgement.status !== 'Passed' && judgement.threshold.severity === 'Fail';
}

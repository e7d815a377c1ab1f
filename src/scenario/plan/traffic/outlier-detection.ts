/** Outlier detection: which failures make a balancer leave an endpoint alone, and for how long. */
import type { Duration } from '../../../base/time.ts';
import type { OutlierDetection } from '../../../contract/plan.ts';
import { OUTLIER_DETECTION } from '../../balancer-defaults.ts';
import type { OutlierDetectionInput } from '../../schema/traffic/balancer.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

export function planOutlierDetection(
  input: OutlierDetectionInput | undefined,
  path: Path,
  document: ScenarioDocument,
): OutlierDetection | null {
  if (input === undefined) return null;
  for (const field of ['interval', 'baseEjectionTime'] as const) {
    const written = input[field];
    if (written === undefined || durationOf(written) > 0) continue;
    document.error([...path, field], 'Invalid', 'must be above 0s');
  }
  const {
    consecutive5xx = OUTLIER_DETECTION.consecutive5xx,
    maxEjectionPercent = OUTLIER_DETECTION.maxEjectionPercent,
  } = input;
  if (maxEjectionPercent === 0) {
    const message = 'without effect: where 0 percent may be ejected, nobody is';
    document.warn([...path, 'maxEjectionPercent'], 'NoEffect', message);
  }
  return {
    consecutiveFailures: consecutive5xx === 'none' ? null : consecutive5xx,
    interval: given(input.interval, OUTLIER_DETECTION.interval),
    baseEjectionTime: given(input.baseEjectionTime, OUTLIER_DETECTION.baseEjectionTime),
    maxEjectionTime: given(input.maxEjectionTime, OUTLIER_DETECTION.maxEjectionTime),
    maxEjection: maxEjectionPercent / 100,
    failurePercentage: planFailurePercentage(input.failurePercentage),
    successRate: planSuccessRate(input.successRate),
  };
}

function planFailurePercentage(
  input: OutlierDetectionInput['failurePercentage'],
): OutlierDetection['failurePercentage'] {
  if (input === undefined) return null;
  const defaults = OUTLIER_DETECTION.failurePercentage;
  const {
    threshold = defaults.threshold,
    minimumHosts = defaults.minimumHosts,
    requestVolume = defaults.requestVolume,
  } = input;
  return { threshold: threshold / 100, minimumHosts, requestVolume };
}

function planSuccessRate(
  input: OutlierDetectionInput['successRate'],
): OutlierDetection['successRate'] {
  if (input === undefined) return null;
  const defaults = OUTLIER_DETECTION.successRate;
  const {
    stdevFactor = defaults.stdevFactor,
    minimumHosts = defaults.minimumHosts,
    requestVolume = defaults.requestVolume,
  } = input;
  return { stdevFactor: stdevFactor / 1000, minimumHosts, requestVolume };
}

const given = (written: string | undefined, otherwise: Duration): Duration =>
  written === undefined ? otherwise : durationOf(written);

/** A check against a baseline as one JSON document: the same as the text, for programs. Values in each metric's own unit. */
import type { MetricFinding } from '../../study/baseline/check.ts';
import { isFailure } from '../../study/thresholds.ts';
import { verdictOf } from './findings.ts';
import type { BaselineReport } from './findings.ts';

const number = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isFinite(value)
    ? null
    : Number(value.toPrecision(12));

function findingObject({
  key,
  metric,
  status,
  saved,
  now,
  difference,
  pValue,
}: MetricFinding): object {
  return {
    metric: key,
    unit: metric.unit,
    better: metric.better,
    status,
    baseline: number(saved?.mean),
    now: number(now?.mean),
    difference: number(difference?.value),
    difference_low: number(difference?.low),
    difference_high: number(difference?.high),
    relative: number(difference?.relative?.value),
    relative_low: number(difference?.relative?.low),
    relative_high: number(difference?.relative?.high),
    p_value: number(pValue),
  };
}

/** The document, with a newline at its end. */
export function baselineJson(report: BaselineReport): string {
  const { check, judgements, lenient, engines, reproduce, accept } = report;
  const document = {
    scenario: check.scenario,
    verdict: verdictOf(report),
    lenient,
    tolerance: check.settings.tolerance,
    floor_ns: check.settings.floorNs,
    alpha: check.settings.alpha,
    engines,
    newVariants: check.newVariants,
    variants: check.variants.map((variant, index) => ({
      variant: variant.variant,
      kind: variant.kind,
      planChanged: variant.planChanged,
      replications: variant.replications,
      identical: variant.exact?.identical ?? null,
      metrics: variant.metrics.map(findingObject),
      thresholds: (judgements[index] ?? []).map((judgement) => ({
        expr: judgement.threshold.expr,
        during: judgement.threshold.during,
        severity: judgement.threshold.severity,
        status: judgement.status,
        fails: isFailure(judgement),
        value: number(judgement.value),
      })),
    })),
    reproduce,
    accept,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

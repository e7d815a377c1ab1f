/** A check against a baseline as one JSON document: the same as the text, for programs. Values in each metric's own unit. */
import type { MetricFinding } from '../../study/baseline/check.ts';
import { isFailure } from '../../study/thresholds.ts';
import { differenceJson } from '../files/difference-json.ts';
import { jsonNumber } from '../files/json-number.ts';
import { verdictOf } from './findings.ts';
import type { BaselineReport } from './findings.ts';

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
    baseline: jsonNumber(saved?.mean),
    now: jsonNumber(now?.mean),
    ...differenceJson(difference),
    p_value: jsonNumber(pValue),
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
        value: jsonNumber(judgement.value),
      })),
    })),
    reproduce,
    accept,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

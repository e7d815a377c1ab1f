/** The points of a sweep in cells: metrics that matter with their values, limits and signs. */
import { metricKey, overall } from '../../../study/figures/query.ts';
import type { MetricQuery } from '../../../study/figures/query.ts';
import { estimateIn, queryOf } from '../../../study/figures/run-figures.ts';
import { verdictOf } from '../../../study/sweep/conclusion.ts';
import type { JudgedPoint, SweepConclusion } from '../../../study/sweep/conclusion.ts';
import type { Style } from '../style.ts';
import { formatMetric } from '../thresholds.ts';

/** What is shown where no threshold says what matters. */
const USUAL = ['latency.p99', 'errors.ratio'] as const;

/** What came of a point, in a character. */
export const SIGNS = { met: '✓', missed: '✗', undecided: '?' } as const;

/** A point that a search had no need of. */
export const NOT_NEEDED = '·';

/** The same in colour; empty where there is no threshold. */
export function signOf({ judgements, verdict }: JudgedPoint, style: Style): string {
  if (judgements.length === 0) return '';
  const paint = { met: style.green, missed: style.red, undecided: style.yellow }[verdict];
  return paint(SIGNS[verdict]);
}

/** What came of the limits of one metric at a point; empty where it has none. */
export function signOfMetric(
  { judgements, ...point }: JudgedPoint,
  query: MetricQuery,
  style: Style,
): string {
  const key = metricKey(query);
  const own = judgements.filter(({ threshold }) => metricKey(queryOf(threshold)) === key);
  return signOf({ ...point, judgements: own, verdict: verdictOf(own) }, style);
}

/** The metrics that decide, or those that are usually asked for. */
export function queriesShown({ points }: SweepConclusion): readonly MetricQuery[] {
  const asked = points[0]?.point.plan.thresholds.map(queryOf) ?? [];
  const queries = asked.length > 0 ? asked : USUAL.map(overall);
  return [...new Map(queries.map((query) => [metricKey(query), query])).values()];
}

/** `101ms`; `–` where there was nothing to measure. */
export function meanText({ figures }: JudgedPoint, query: MetricQuery): string {
  const estimate = estimateIn(figures, query);
  return estimate === null ? '–' : formatMetric(query.metric, estimate.mean);
}

/** `p99 101ms [96ms, 107ms]`. */
export function intervalText({ figures }: JudgedPoint, query: MetricQuery): string {
  const estimate = estimateIn(figures, query);
  if (estimate === null) return `${metricKey(query)} –`;
  const { mean, low, high } = estimate;
  const format = (value: number): string => formatMetric(query.metric, value);
  // Nothing that is measured is below zero, whatever Student's t has it.
  const interval =
    low === null || high === null ? '' : ` [${format(Math.max(0, low))}, ${format(high)}]`;
  return `${metricKey(query)} ${format(mean)}${interval}`;
}

/** The limits of a metric: `< 120ms`. */
export function limitsOf({ points }: SweepConclusion, query: MetricQuery): string {
  const key = metricKey(query);
  const own = points[0]!.point.plan.thresholds.filter((each) => metricKey(queryOf(each)) === key);
  return own
    .map(({ operator, value, metric }) => `${operator} ${formatMetric(metric, value)}`)
    .join(', ');
}

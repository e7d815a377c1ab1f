/** How soon the rules of the nodes follow a change of endpoints. */
import { metricEstimate } from '../../study/figures/metrics.ts';
import { overall } from '../../study/figures/query.ts';
import { networkProgramming } from '../../study/figures/network-programming.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatCount, formatTime } from '../numbers.ts';
import { formatEstimate } from './estimates.ts';

const PERCENTILES = ['p50', 'p90', 'p99'] as const;

/** Null where nothing changed. */
export function programmingText(variant: VariantRuns): string | null {
  const runs = variant.runs.map((run) => networkProgramming(run, 'all'));
  const sum = (of: (one: (typeof runs)[number]) => number): number =>
    runs.reduce((total, one) => total + of(one), 0);
  if (sum(({ changes }) => changes) === 0) return null;
  const pending = sum((one) => one.pending);
  const late = pending === 0 ? '' : `, ${formatCount(pending)} pending`;
  const n = sum(({ latency }) => latency.count);
  if (n === 0) return `follow no change of endpoints; n = 0${late}`;
  const figures = PERCENTILES.map((name) => {
    const estimate = metricEstimate(variant, overall(`networkProgramming.${name}`));
    return `${name} ${formatEstimate(estimate, formatTime)}`;
  });
  const max = Math.max(...runs.map(({ latency }) => latency.max));
  const all = [...figures, `max ${formatTime(max)}`].join(', ');
  return `follow changes of endpoints after ${all}; n = ${formatCount(n)}${late}`;
}

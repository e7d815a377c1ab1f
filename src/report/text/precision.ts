/** How precise a metric has become that replications were run for, in words. */
import { metricKey } from '../../study/figures/query.ts';
import type { Precision } from '../../study/replications/precision.ts';
import { formatCount, formatRatio, plural } from '../numbers.ts';

/** `latency.p99 ± 3.1% (wanted: ± 2%) after 20 replications`: on the way. */
export function precisionText({ goal, ratio, replications }: Precision): string {
  const metric = metricKey(goal.query);
  const found = ratio === null ? 'unknown' : `± ${formatRatio(ratio)}`;
  return `${metric} ${found} (wanted: ± ${formatRatio(goal.ratio)}) after ${plural(replications, 'replication')}`;
}

/** The sentence at the end: reached, or not and how many would do. */
export function precisionSentence(
  { goal, reached, ratio, replications, needed, variant }: Precision,
  variants: number,
): string {
  const metric = metricKey(goal.query);
  const wanted = `± ${formatRatio(goal.ratio)}`;
  const after = plural(replications, 'replication');
  const whose = variants === 1 ? '' : ` (${variant}, the least precise)`;
  if (reached)
    return `Precision reached: ${metric} ± ${formatRatio(ratio!)} (wanted: ${wanted}) after ${after}${whose}.`;
  if (ratio === null) {
    return `Precision not reached: ${metric} has no interval relative to its mean after ${after}${whose}: it was 0 or not measured.`;
  }
  const more =
    needed === null
      ? 'no reasonable number would do'
      : `about ${formatCount(needed)} would do (--max-replications)`;
  return `Precision not reached: ${metric} ± ${formatRatio(ratio)}, not ${wanted}, after ${after}${whose}; ${more}.`;
}

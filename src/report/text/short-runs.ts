/** Runs that are too short for a percentile, in words. */
import type { ShortRuns } from '../../study/replications/short-runs.ts';
import { formatShare, formatTime } from '../numbers.ts';

/** What is off, how that is known, and the mend; it says of which variant where there are several. */
export function shortRunsSentence(found: ShortRuns, variants: number): string {
  const { variant, metric, mean, halfWidth, pooled, replications } = found;
  const whose = variants === 1 ? '' : ` of ${variant}`;
  const off = formatShare(Math.abs(pooled - mean) / pooled);
  return (
    `Runs are too short for ${metric}${whose}: the mean of single runs, ${formatTime(mean)} ± ` +
    `${formatTime(halfWidth)}, is ${off} ${mean < pooled ? 'below' : 'above'} the ${formatTime(pooled)} of all ` +
    `${replications} together, and its interval may miss the true value: set a longer spec.duration.`
  );
}

/** What the study will cost. */
import type { StudyCost } from '../../../study/outlook/cost.ts';
import { formatCompact, formatCount, plural } from '../../numbers.ts';

const MIB = 1 << 20;

/** `30 runs, 288k requests in all: about 1.2s on 2 workers, at most about 120 MiB (an estimate)`. */
export function costText({ runs, requests, estimate }: StudyCost): string {
  const size = `${plural(runs, 'run')}, ${formatCompact(requests)} requests in all`;
  if (estimate === null) return size;
  const { wallMs, workers, peakBytes } = estimate;
  return `${size}; estimated from a short pilot: ${timeText(wallMs)} on ${plural(workers, 'worker')}, ${formatCount(peakBytes / MIB)} MiB of memory`;
}

/** Two digits are more than an estimate knows. */
function timeText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Number(Math.max(1, milliseconds).toPrecision(1))}ms`;
  const seconds = Number((milliseconds / 1000).toPrecision(2));
  if (seconds < 120) return `${seconds}s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)}m` : `${Math.round(seconds / 3600)}h`;
}

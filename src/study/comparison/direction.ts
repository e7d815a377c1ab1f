/** Whether a change of a metric is for the better: see `better` of contract/metrics.ts. */
import type { Metric } from '../../contract/metrics.ts';

export type Direction = 'better' | 'worse';

/** From one value to another; null where neither way is better, or nothing has changed. */
export function directionOf(
  better: Metric['better'],
  change: { readonly from: number; readonly to: number },
): Direction | null {
  const { from, to } = change;
  const gain = gainOf(better, from, to);
  if (gain === 0) return null;
  return gain > 0 ? 'better' : 'worse';
}

function gainOf(better: Metric['better'], from: number, to: number): number {
  switch (better) {
    case 'lower':
      return from - to;
    case 'higher':
      return to - from;
    case 'toOne':
      return Math.abs(from - 1) - Math.abs(to - 1);
    case null:
      return 0;
  }
}

/** Figures with what is known of their precision: 143ms ± 6%. */
import type { MedianInterval } from '../../stats/median-interval.ts';
import type { Estimate } from '../../study/figures/estimate.ts';
import { formatSignificant } from '../numbers.ts';

const percent = (ratio: number): string => {
  const value = Math.abs(ratio) * 100;
  if (value === 0) return '0%';
  return value < 0.1 ? '<0.1%' : `${value < 10 ? value.toFixed(1) : value.toFixed(0)}%`;
};

/** A distance in one significant digit, and not less than it is. */
function outwards(distance: number): number {
  const digit = 10 ** Math.floor(Math.log10(distance));
  return Math.ceil(distance / digit) * digit;
}

/**
 * The mean in its unit, and half its interval as a percentage of it where there is one. Of a share that was 0
 * throughout, the upper bound: `0% (<0.02%)`.
 */
export function formatEstimate(
  estimate: Estimate | null,
  format: (value: number) => string,
): string {
  if (estimate === null) return '–';
  const { mean, halfWidth, high, method } = estimate;
  if (method === 'clopperPearson' && mean === 0) {
    return `${format(0)} (<${format(outwards(high!))})`;
  }
  if (halfWidth === null) return format(mean);
  if (mean === 0) return halfWidth === 0 ? format(0) : `${format(0)} ± ${format(halfWidth)}`;
  return `${format(mean)} ± ${percent(halfWidth / mean)}`;
}

/** The median in its unit, and how far the farther bound of its interval is from it as a percentage where there is one. */
export function formatMedian(
  interval: MedianInterval | null,
  format: (value: number) => string,
): string {
  if (interval === null) return '–';
  const { median, low, high } = interval;
  if (low === null || high === null) return format(median);
  const reach = Math.max(median - low, high - median);
  if (median === 0) return reach === 0 ? format(0) : `${format(0)} ± ${format(reach)}`;
  return `${format(median)} ± ${percent(reach / median)}`;
}

/** A dimensionless figure such as maxOverMean: 1.31. */
export const formatFactor = (value: number): string =>
  value >= 1 ? value.toFixed(3) : formatSignificant(value);

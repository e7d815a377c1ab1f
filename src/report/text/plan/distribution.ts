/** A distribution in a few words: `lognormal, mean 20ms, p50 14.1ms, p99 94.8ms`. */
import type { Distribution } from '../../../contract/distribution.ts';
import { momentsOf } from '../../../stats/distributions/moments.ts';
import { quantileOf } from '../../../stats/distributions/tail.ts';
import { formatTime } from '../../numbers.ts';

export function distributionText(distribution: Distribution): string {
  if (distribution.kind === 'constant') return formatTime(distribution.value);
  if (distribution.kind === 'uniform') {
    return `${formatTime(distribution.min)} to ${formatTime(distribution.max)}`;
  }
  const { mean } = momentsOf(distribution);
  const figures = [
    mean < Infinity ? `mean ${formatTime(mean)}` : 'no mean',
    `p50 ${formatTime(quantileOf(distribution, 0.5))}`,
    `p99 ${formatTime(quantileOf(distribution, 0.99))}`,
  ];
  return `${distribution.kind}, ${figures.join(', ')}`;
}

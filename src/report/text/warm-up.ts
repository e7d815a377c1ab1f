/** A warm-up that is too short, in words. */
import { formatDuration } from '../../base/units.ts';
import type { ShortWarmUp } from '../../study/replications/warm-up.ts';
import { formatTime } from '../numbers.ts';

/** What is wrong, how that is known, and the mend; it says of which variant where there are several. */
export function warmUpSentence(found: ShortWarmUp, variants: number): string {
  const { variant, cut, warmUp, cutMean, restMean, pValue, replications } = found;
  const whose = variants === 1 ? '' : ` of ${variant}`;
  const chance = pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(3)}`;
  return (
    `The first ${formatDuration(cut)} of the measurement${whose} still belong to the warm-up ` +
    `(MSER; mean latency ${formatTime(cutMean)} there, ${formatTime(restMean)} after, ${chance} over ` +
    `${replications} replications): set spec.warmUp: ${formatDuration(warmUp)}.`
  );
}

/**
 * Whether the first few replications of a point tell already what all of them will: that it meets every threshold with
 * its whole interval, or that it does not. Only what is clear is decided; the rest is left to more replications.
 *
 * The chance of another answer than that of all replications is at most RISK a point, over all looks and thresholds, where
 * figures scatter normally over the replications, and failed requests fail independently of each other. Values that are all
 * alike tell nothing of their scatter: only bounds that no later replication can move are taken from them.
 */
import type { Threshold } from '../../contract/plan.ts';
import { intervalReach, meanReach } from '../../stats/foresight.ts';
import { binomialRange } from '../../stats/interval.ts';
import { proportionInterval } from '../../stats/proportion-interval.ts';
import { studentTwoSidedQuantile } from '../../stats/special-functions/student-t.ts';
import { CONFIDENCE, isShareOfRequests } from '../figures/estimate.ts';
import { metricKey } from '../figures/query.ts';
import { queryOf, valuesOf } from '../figures/run-figures.ts';
import type { VariantFigures } from '../figures/run-figures.ts';
import { isAtEnd, isBinding } from '../thresholds.ts';

/** The chance, at most, that a point that is decided early would be decided otherwise by all its replications. */
export const RISK = 0.001;

/** Replications of the first look: fewer tell next to nothing of their scatter. */
const FIRST = 4;
/** How many times as many the next look has. */
const GROWTH = 1.5;
/** A look at almost all of them saves nothing. */
const ALMOST = 0.8;

/** How many replications there are at each look; the last one has all. */
export function looksOf(replications: number): readonly number[] {
  const looks: number[] = [];
  for (let count = FIRST; count < ALMOST * replications; count = Math.ceil(count * GROWTH)) {
    looks.push(count);
  }
  return [...looks, replications];
}

/** What all `replications` will say; null: it is not clear. */
export function foresee(
  figures: VariantFigures,
  thresholds: readonly Threshold[],
  replications: number,
): 'met' | 'not met' | null {
  const binding = thresholds.filter(isBinding);
  const looks = looksOf(replications).length - 1;
  const chance = RISK / (binding.length * looks);
  const seen = binding.map((threshold) => foreseeOne(figures, threshold, { replications, chance }));
  if (seen.includes(false)) return 'not met';
  return seen.every((holds) => holds === true) ? 'met' : null;
}

interface Prospect {
  readonly replications: number;
  readonly chance: number;
}

function foreseeOne(
  figures: VariantFigures,
  threshold: Threshold,
  { replications, chance }: Prospect,
): boolean | null {
  const values = valuesOf(figures, queryOf(threshold));
  // Where a replication has no value, later ones may have none either.
  if (values.length < figures.runs.length) return null;
  const { operator, value: limit } = threshold;
  if (operator === '==') return values.every((value) => value === limit) ? null : false;
  const wantsLess = operator === '<' || operator === '<=';
  const count = replications;
  const sum = values.reduce((total, value) => total + value, 0);
  // No value is below 0: the mean can fall no farther than this.
  const least = sum / count;
  if (wantsLess && least > limit) return false;
  if (isAtEnd(threshold)) return null;
  if (values.every((value) => value === values[0])) {
    const isRare = wantsLess && sum === 0 && isShareOfRequests(threshold.metric);
    return isRare && staysRare(figures, threshold, { replications, chance }) ? true : null;
  }
  const mean = sum / values.length;
  const gap = wantsLess ? limit - mean : mean - limit;
  const foresight = { values, count, chance };
  if (gap > 0) return gap > intervalReach(foresight, CONFIDENCE) ? true : null;
  return -gap > meanReach(foresight) ? false : null;
}

/**
 * Whether a share of requests that was 0 so far stays within its limit: with as many events in the rest as the largest chance
 * that is likely gives them, all of them in one replication, which makes the widest interval.
 */
function staysRare(
  figures: VariantFigures,
  threshold: Threshold,
  { replications, chance }: Prospect,
): boolean {
  const key = metricKey({ ...queryOf(threshold), metric: 'requests' });
  const trials = figures.runs.reduce((total, { values }) => total + (values[key] ?? 0), 0);
  if (trials === 0) return false;
  const { high } = proportionInterval({ successes: 0, trials }, 1 - chance);
  const all = Math.round((trials * replications) / figures.runs.length);
  const { high: events } = binomialRange({ trials: all - trials, chance: high }, chance);
  const t = studentTwoSidedQuantile(CONFIDENCE, replications - 1);
  return (events / all) * (1 + t) < threshold.value;
}

/**
 * Maximum likelihood where of each time only bounds are known: each counts with the probability of its bucket. Logs whose
 * times have coarse steps, histograms and percentile summaries are fitted so; taking the middle of a bucket for the
 * time would make the fit too wide. J. P. Klein, M. L. Moeschberger, Survival Analysis, 2nd edition, 2003, section 3.5.
 */
import type { Distribution } from '../../contract/distribution.ts';
import { tailOf } from '../distributions/tail.ts';
import type { Buckets } from './buckets.ts';
import { coarsened } from './buckets.ts';
import type { Family, Points } from './family.ts';
import { minimum } from './nelder-mead.ts';

/** More buckets make the fit no better, only slower. */
const BUCKETS_MAX = 600;
/** Stands for the probability of a bucket that a member all but excludes. */
const LEAST = 1e-300;

/** Middles of buckets, where the search begins. */
function middles({ lower, upper, counts }: Buckets): Points {
  const values = lower.map((from, i) => Math.max(1, (from + upper[i]!) / 2));
  return { values: Float64Array.from(values), weights: Float64Array.from(counts) };
}

/** The most likely member of `family` for times in `buckets`, of which there are two or more. */
export function fitBuckets(family: Family, buckets: Buckets): Distribution {
  const { lower, upper, counts } = coarsened(buckets, BUCKETS_MAX);
  const start = family.coordinates(family.fit(middles({ lower, upper, counts })));
  const against = (at: readonly [number, number]): number => {
    const tail = tailOf(family.at(at));
    let sum = 0;
    let edge = 0;
    let above = 1;
    for (let i = 0; i < counts.length; i++) {
      const from = lower[i] === edge ? above : tail(lower[i]!);
      edge = upper[i]!;
      above = tail(edge);
      sum -= counts[i]! * Math.log(Math.max(from - above, LEAST));
    }
    return sum;
  };
  return family.at(minimum(against, start));
}

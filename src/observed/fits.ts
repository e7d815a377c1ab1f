/** Which families of distributions fit what a log says, and which of them serves best. */
import type { Distribution } from '../contract/distribution.ts';
import { createVariate } from '../engine/distributions/registry.ts';
import { RandomStream } from '../engine/random.ts';
import { bootstrapPValue } from '../stats/fitting/bootstrap.ts';
import { FAMILIES } from '../stats/fitting/families.ts';
import type { Family, FamilyName, Points } from '../stats/fitting/family.ts';
import type { Goodness } from '../stats/fitting/goodness.ts';
import { goodnessOf } from '../stats/fitting/goodness.ts';
import { fitBuckets } from '../stats/fitting/interval-likelihood.ts';
import type { ObservedLatencies } from './latencies.ts';

/** Fewer latencies are not fitted: nearly everything would pass. */
export const FIT_MIN = 100;
/** Of the samples that distances are compared with; fixed, so that a log always gives the same answer. */
const SEED = 1;

export interface Fit {
  readonly family: FamilyName;
  readonly distribution: Distribution;
  readonly goodness: Goodness;
  /** Of the Kolmogorov-Smirnov test, by parametric bootstrap; null where only buckets are known. */
  readonly pValue: number | null;
}

/** Latencies of the log as values with weights, where each is known well enough; else null. */
function pointsOf({ values, buckets, step, isWhole, min }: ObservedLatencies): Points | null {
  if (values !== null) return { values, weights: new Float64Array(values.length).fill(1) };
  if (step !== null || !isWhole || min === 0) return null;
  const middles = buckets.lower.map((lower, i) => (lower + buckets.upper[i]!) / 2);
  return { values: Float64Array.from(middles), weights: Float64Array.from(buckets.counts) };
}

function fitOf(family: Family, observed: ObservedLatencies, points: Points | null): Fit {
  const { buckets, values, percentiles, count } = observed;
  const distribution = points === null ? fitBuckets(family, buckets) : family.fit(points);
  const goodness = goodnessOf(distribution, {
    buckets,
    values,
    quantiles: percentiles ?? undefined,
  });
  if (points === null) return { family: family.name, distribution, goodness, pValue: null };
  const variate = createVariate(distribution);
  const stream = RandomStream.open(SEED, `fit/${family.name}`);
  const pValue = bootstrapPValue(family, { distance: goodness.distance, count }, (out) =>
    variate.fill(out, out.length, stream),
  );
  return { family: family.name, distribution, goodness, pValue };
}

/** How far off, both criteria against their limits. */
const badness = ({ goodness: { distance, worst } }: Fit): number =>
  Math.max(distance * 2, worst?.error ?? 0);

/** All families, best first; none where there are too few latencies, or they are all equal. */
export function fitsOf(observed: ObservedLatencies): readonly Fit[] {
  if (observed.count < FIT_MIN || observed.min >= observed.max) return [];
  if (observed.buckets.counts.length < 3) return [];
  const points = pointsOf(observed);
  return FAMILIES.map((family) => fitOf(family, observed, points)).toSorted(
    (a, b) => badness(a) - badness(b),
  );
}

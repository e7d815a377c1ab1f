/**
 * Families of distributions that observed times are fitted with: the most likely member for values that are known
 * exactly, and the two coordinates of a member by which a search walks through the family.
 */
import type { Distribution } from '../../contract/distribution.ts';

/** Values above 0 in ns, each seen `weights[i]` times. */
export interface Points {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

export const FAMILY_NAMES = ['lognormal', 'gamma', 'weibull'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

export interface Family {
  readonly name: FamilyName;
  /** Maximum likelihood for `points`, which are not all equal. */
  fit(points: Points): Distribution;
  /** Where a member lies: two numbers without bounds, near 1 apart for members that differ by a factor of e. */
  coordinates(member: Distribution): readonly [number, number];
  /** The member at these coordinates. */
  at(coordinates: readonly [number, number]): Distribution;
}

/** How many values, and the means of the values and of their logarithms. */
export interface LogMoments {
  readonly count: number;
  readonly mean: number;
  readonly meanLog: number;
}

export function logMomentsOf({ values, weights }: Points): LogMoments {
  let count = 0;
  let sum = 0;
  let sumLog = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights[i]!;
    count += weight;
    sum += weight * values[i]!;
    sumLog += weight * Math.log(values[i]!);
  }
  return { count, mean: sum / count, meanLog: sumLog / count };
}

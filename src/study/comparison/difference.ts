/** How far a metric of one variant is from that of the reference, and how well that is known. */
import { medianDifference, medianRatio } from '../../stats/hodges-lehmann.ts';
import type { Shift } from '../../stats/hodges-lehmann.ts';
import { pairedInterval } from '../../stats/interval.ts';
import { mannWhitney } from '../../stats/mann-whitney.ts';
import { ratioInterval } from '../../stats/ratio-interval.ts';
import type { VariantFigures } from '../figures/run-figures.ts';
import type { Matching, RunPair } from './matching.ts';

/** A change as a ratio of what the reference has: -0.2 is a fifth less. */
export interface RelativeDifference {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * A variant's difference to the reference. Paired or exact: the mean over pairs of runs with the same seed, Student's t interval and
 * the paired t test. Independent: the shift of Hodges and Lehmann with its interval, and the test of Mann and Whitney.
 */
export interface Difference {
  /** In the metric's own unit. */
  readonly value: number;
  /** Bounds of its interval at the comparison's confidence, for it alone; null where there are too few runs, or none is called for. */
  readonly low: number | null;
  readonly high: number | null;
  /**
   * The same as a ratio, with the interval of a ratio: of means where runs are paired, of Hodges and Lehmann's kind where they are not.
   * Null where the reference has 0. Bounds are null, too, where the reference cannot be told from 0.
   */
  readonly relative: RelativeDifference | null;
  /**
   * The chance of a difference at least as large where there is none in truth: two-sided, adjusted for all differences of the
   * comparison (Holm). Null where there are too few runs to tell, and for exact comparisons, which leave nothing to chance.
   */
  readonly pValue: number | null;
  /** Whether that chance is too small to be one, or the runs should have been the same; null where that cannot be told. */
  readonly distinguishable: boolean | null;
}

/** A difference before it is known how many there are: its p-value is its own. */
export type LoneDifference = Omit<Difference, 'distinguishable'> & {
  /** Where no chance is involved. */
  readonly isCertain: boolean | null;
};

/** Values of one metric on both sides. */
interface Sides {
  readonly own: readonly number[];
  readonly reference: readonly number[];
}

interface Compared {
  readonly variant: VariantFigures;
  readonly reference: VariantFigures;
  readonly matching: Matching;
}

/** The difference in the metric with `key`; null where one of the sides has nothing. */
export function differenceOf(
  key: string,
  { variant, reference, matching }: Compared,
  confidence: number,
): LoneDifference | null {
  if (matching.kind === 'independent') {
    const sides = { own: valuesIn(variant, key), reference: valuesIn(reference, key) };
    const isEmpty = sides.own.length === 0 || sides.reference.length === 0;
    return isEmpty ? null : independentDifference(sides, confidence);
  }
  const sides = pairedValues(matching.pairs, key);
  if (sides.own.length === 0) return null;
  if (matching.kind === 'exact') return exactDifference(sides);
  return sides.own.length === 1
    ? { ...meanDifference(sides), isCertain: null }
    : pairedDifference(sides, confidence);
}

const valuesIn = ({ runs }: VariantFigures, key: string): readonly number[] =>
  runs.flatMap(({ values }) => values[key] ?? []);

/** Only pairs in which both have a value. */
function pairedValues(pairs: readonly RunPair[], key: string): Sides {
  const found = pairs.flatMap(({ own, reference }) => {
    const value = own.values[key];
    const other = reference.values[key];
    return value === undefined || other === undefined ? [] : [{ value, other }];
  });
  return { own: found.map(({ value }) => value), reference: found.map(({ other }) => other) };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Without an interval. */
function meanDifference({ own, reference }: Sides): Omit<LoneDifference, 'isCertain'> {
  const base = meanOf(reference);
  const value = meanOf(own.map((each, index) => each - reference[index]!));
  const relative = base === 0 ? null : { value: value / base, low: null, high: null };
  return { value, low: null, high: null, relative, pValue: null };
}

const exactDifference = (sides: Sides): LoneDifference => ({
  ...meanDifference(sides),
  isCertain: sides.own.some((value, index) => value !== sides.reference[index]),
});

function pairedDifference({ own, reference }: Sides, confidence: number): LoneDifference {
  const { mean, low, high, pValue } = pairedInterval(own, reference, confidence);
  const relative = reference.some((value) => value !== 0)
    ? less1(ratioInterval(own, reference, confidence))
    : null;
  return { value: mean, low, high, relative, pValue, isCertain: null };
}

function independentDifference({ own, reference }: Sides, confidence: number): LoneDifference {
  const { estimate, low, high } = medianDifference(own, reference, confidence);
  const relative =
    reference.every((value) => value > 0) && own.every((value) => value >= 0)
      ? less1(ratioOf(medianRatio(own, reference, confidence)))
      : null;
  const isAlone = own.length === 1 || reference.length === 1;
  const pValue = isAlone ? null : mannWhitney(own, reference).pValue;
  return { value: estimate, low, high, relative, pValue, isCertain: null };
}

const ratioOf = ({ estimate, low, high }: Shift): Parameters<typeof less1>[0] => ({
  ratio: estimate,
  low,
  high,
});

/** A ratio as a change. */
function less1({
  ratio,
  low,
  high,
}: {
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
}): RelativeDifference {
  return {
    value: ratio - 1,
    low: low === null ? null : low - 1,
    high: high === null ? null : high - 1,
  };
}

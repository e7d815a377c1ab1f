/**
 * How the runs of a variant can be held against those of the reference. What both drew from the same seeds, they owe to
 * the same chance: arrivals and service demands are alike, and differences are taken run by run. Where nothing but the
 * variant's name differs, too, the runs must be alike to the last bit, and no statistics are called for.
 */
import type { RunFigures, VariantFigures } from '../figures/run-figures.ts';

/**
 * `exact`: same plan, model version and seeds. `paired`: same seeds, another plan. `independent`: other seeds.
 */
export type ComparisonKind = 'exact' | 'paired' | 'independent';

/** Two runs with the same seed. */
export interface RunPair {
  readonly own: RunFigures;
  readonly reference: RunFigures;
}

export interface Matching {
  readonly kind: ComparisonKind;
  /** The runs whose seeds the reference has, too; those of `independent` ones are not used as pairs. */
  readonly pairs: readonly RunPair[];
}

/** Pairs from which on differences have an interval. */
const PAIRS_MIN = 2;

/** Pairs runs by their seeds, and says what the pairs are good for. */
export function matchRuns(variant: VariantFigures, reference: VariantFigures): Matching {
  const bySeed = new Map(reference.runs.map((run) => [run.seed, run]));
  const pairs = variant.runs.flatMap((own) => {
    const other = bySeed.get(own.seed);
    return other === undefined ? [] : [{ own, reference: other }];
  });
  return { kind: kindOf(pairs.length, variant, reference), pairs };
}

function kindOf(pairs: number, variant: VariantFigures, reference: VariantFigures): ComparisonKind {
  if (pairs === 0) return 'independent';
  const { planDigest, modelVersion } = reference;
  if (variant.planDigest === planDigest && variant.modelVersion === modelVersion) return 'exact';
  // One pair says no more than the difference; where both have further runs, all of them say more.
  const runs = Math.min(variant.runs.length, reference.runs.length);
  return pairs >= PAIRS_MIN || runs < PAIRS_MIN ? 'paired' : 'independent';
}

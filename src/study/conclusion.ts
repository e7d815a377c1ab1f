/** What a study comes to: everything that is printed and written is made from this. */
import { compareFigures } from './comparison/compare.ts';
import type { Comparison } from './comparison/compare.ts';
import { variantFigures } from './figures/run-figures.ts';
import type { VariantFigures } from './figures/run-figures.ts';
import { studyFingerprint } from './fingerprint.ts';
import { shortRuns } from './replications/short-runs.ts';
import type { ShortRuns } from './replications/short-runs.ts';
import { shortWarmUp } from './replications/warm-up.ts';
import type { ShortWarmUp } from './replications/warm-up.ts';
import type { Study } from './study.ts';
import { judge } from './thresholds.ts';
import type { Judgement } from './thresholds.ts';

export interface Conclusion {
  readonly study: Study;
  /** By variant, in the order of the study. */
  readonly figures: readonly VariantFigures[];
  /** By variant, in the order of the study; within it, of the file. */
  readonly judgements: readonly (readonly Judgement[])[];
  /** Null where nothing was to be compared. */
  readonly comparison: Comparison | null;
  /** Of the variants whose warm-up is too short. */
  readonly shortWarmUps: readonly ShortWarmUp[];
  /** Of the variants whose runs are too short for one of their percentiles. */
  readonly shortRuns: readonly ShortRuns[];
  readonly fingerprint: string;
}

/** Judges the thresholds of a study and, where `compares`, holds its variants against the first. */
export function concludeStudy(
  study: Study,
  { compares }: { readonly compares: boolean },
): Conclusion {
  const figures = study.variants.map(variantFigures);
  return {
    study,
    figures,
    judgements: study.variants.map(({ plan }, index) => judge(figures[index]!, plan.thresholds)),
    comparison: compares ? compareFigures(figures) : null,
    shortWarmUps: study.variants.flatMap((variant) => shortWarmUp(variant) ?? []),
    shortRuns: study.variants.flatMap((variant) => shortRuns(variant) ?? []),
    fingerprint: studyFingerprint(study),
  };
}

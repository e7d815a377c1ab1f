/** What there is to say of a study as a whole: whether its precision and its warm-up are what they should be. */
import type { Conclusion } from '../../study/conclusion.ts';
import { precisionSentence } from './precision.ts';
import { warmUpSentence } from './warm-up.ts';

export function remarks({ study, shortWarmUps }: Conclusion): readonly string[] {
  const variants = study.variants.length;
  return [
    ...(study.precision == null ? [] : [precisionSentence(study.precision, variants)]),
    ...warmUpRemarks({ study, shortWarmUps }),
  ];
}

/** Those of them that are warnings. */
export const warmUpRemarks = ({
  study,
  shortWarmUps,
}: Pick<Conclusion, 'study' | 'shortWarmUps'>): readonly string[] =>
  shortWarmUps.map((found) => warmUpSentence(found, study.variants.length));

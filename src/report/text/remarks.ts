/** What there is to say of a study as a whole: whether its precision, its warm-up and the length of its runs are what they should be. */
import type { Conclusion } from '../../study/conclusion.ts';
import { precisionSentence } from './precision.ts';
import { shortRunsSentence } from './short-runs.ts';
import { warmUpSentence } from './warm-up.ts';

export function remarks(conclusion: Conclusion): readonly string[] {
  const { precision, variants } = conclusion.study;
  return [
    ...(precision == null ? [] : [precisionSentence(precision, variants.length)]),
    ...warnings(conclusion),
  ];
}

/** Those of them that are warnings. */
export const warnings = ({
  study: { variants },
  shortWarmUps,
  shortRuns,
}: Pick<Conclusion, 'study' | 'shortWarmUps' | 'shortRuns'>): readonly string[] => [
  ...shortWarmUps.map((found) => warmUpSentence(found, variants.length)),
  ...shortRuns.map((found) => shortRunsSentence(found, variants.length)),
];

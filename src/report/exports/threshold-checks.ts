/** Judged thresholds as a list of checks, for JUnit files and annotations. */
import { isFailure } from '../../study/thresholds.ts';
import type { Judgement } from '../../study/thresholds.ts';
import { judgedValue, marginOf, scopeOf } from '../text/thresholds.ts';
import type { CheckStatus, ReportCheck } from './checks.ts';

/** What they are thresholds of, and what to say about those that fail. */
export interface CheckedThresholds {
  readonly suite: string;
  readonly judgements: readonly Judgement[];
  /** The command that judges them again. */
  readonly reproduce: string;
  /** The file that they are in; null where there is none. */
  readonly file: string | null;
}

/** One that is undecided fails by its mean or not at all; it is worth a warning then. */
function statusOf(judgement: Judgement): CheckStatus {
  if (isFailure(judgement)) return 'failed';
  return judgement.status === 'Passed' ? 'passed' : 'warned';
}

/** In the order of the file. Those that are written alike are told apart by their number. */
export function thresholdChecks({
  suite,
  judgements,
  reproduce,
  file,
}: CheckedThresholds): readonly ReportCheck[] {
  const seen = new Map<string, number>();
  return judgements.map((judgement): ReportCheck => {
    const { threshold } = judgement;
    const written = `${threshold.expr}${scopeOf(threshold)}`;
    const count = (seen.get(written) ?? 0) + 1;
    seen.set(written, count);
    const status = statusOf(judgement);
    return {
      suite,
      name: count === 1 ? written : `${written} (${count})`,
      status,
      message: [judgedValue(judgement), marginOf(judgement)].filter(Boolean).join(', '),
      details: status === 'failed' ? `Reproduce: ${reproduce}` : '',
      file: status === 'passed' ? null : file,
    };
  });
}

/** A check against a baseline as a list of checks, for JUnit files and annotations: a metric each, and a threshold each. */
import type { FindingStatus } from '../../study/baseline/check.ts';
import type { CheckStatus, ReportCheck } from '../exports/checks.ts';
import { thresholdChecks } from '../exports/threshold-checks.ts';
import { findingSentence, methodLine } from './findings.ts';
import type { BaselineReport } from './findings.ts';

const STATUSES: Readonly<Record<FindingStatus, CheckStatus>> = {
  Regressed: 'failed',
  Missing: 'failed',
  Undecided: 'skipped',
  New: 'passed',
  Improved: 'passed',
  Within: 'passed',
  Unchanged: 'passed',
};

/** In the order of the report. */
export function baselineChecks(report: BaselineReport): readonly ReportCheck[] {
  const { check, judgements, file, lenient, reproduce, accept } = report;
  return check.variants.flatMap(({ variant, metrics }, index) => {
    const suite = `${check.scenario} ${variant}`;
    const own = metrics.map((finding): ReportCheck => {
      const letPass = lenient && finding.status === 'Missing';
      const status = letPass ? 'warned' : STATUSES[finding.status];
      const isNews = status !== 'passed';
      return {
        suite: `${suite} baseline`,
        name: finding.key,
        status,
        message: findingSentence(finding),
        details: isNews ? `${methodLine(check)}\nReproduce: ${reproduce}\nAccept: ${accept}` : '',
        file: isNews ? file : null,
      };
    });
    const thresholds = thresholdChecks({
      suite: `${suite} thresholds`,
      judgements: judgements[index] ?? [],
      reproduce,
      file: null,
    });
    return [...own, ...thresholds];
  });
}

/** What `svcsim baseline check` prints: the verdict, sentences, a table, and the commands that follow from it. */
import { findingsOf, isIdentical } from '../../study/baseline/check.ts';
import type { FindingStatus, VariantCheck } from '../../study/baseline/check.ts';
import type { Plan } from '../../contract/plan.ts';
import { isFailure } from '../../study/thresholds.ts';
import { plural } from '../numbers.ts';
import { grid } from '../text/grid.ts';
import { header } from '../text/header.ts';
import type { Style } from '../text/style.ts';
import { thresholdLines } from '../text/thresholds.ts';
import { wrap } from '../text/wrap.ts';
import {
  changeCell,
  chanceCell,
  estimateText,
  methodLine,
  scopeText,
  sentences,
  STATUS_WORDS,
  verdictOf,
} from './findings.ts';
import type { BaselineReport } from './findings.ts';

/** `✗ REGRESSION  2 of 11 metrics`. */
export function verdictLine(report: BaselineReport, style: Style): string {
  const { check, judgements, lenient } = report;
  const count = (status: FindingStatus): number => findingsOf(check, status).length;
  const all = scopeText(check);
  const failed = judgements.flat().filter(isFailure).length;
  const also = failed > 0 ? `, ${plural(failed, 'threshold')} failed` : '';
  const missing = count('Missing');
  switch (verdictOf(report)) {
    case 'regression':
      return `${style.red('✗ REGRESSION')}  ${count('Regressed')} of ${all}${also}`;
    case 'failed':
      return missing > 0 && !lenient
        ? `${style.red('✗ FAILED')}  ${missing} of ${all} missing${also}`
        : `${style.red('✗ FAILED')}  no regression${also}`;
    case 'identical':
      return `${style.green('✓ IDENTICAL')}  ${all}, every run to the last bit`;
    case 'passed': {
      const better = count('Improved');
      const improved = better > 0 ? `, ${better} better` : '';
      return `${style.green('✓ PASSED')}  no regression in ${all}${improved}`;
    }
  }
}

function table(
  { variant, metrics }: VariantCheck,
  several: boolean,
  style: Style,
): readonly string[] {
  const rows = metrics.map((finding) => [
    finding.key,
    estimateText(finding, finding.saved),
    estimateText(finding, finding.now),
    changeCell(finding),
    chanceCell(finding),
    STATUS_WORDS[finding.status],
  ]);
  const [head, ...lines] = grid(
    [[several ? variant : '', 'baseline', 'now', '', '', ''], ...rows],
    'lrrrll',
  );
  return [
    style.bold(head!),
    ...lines.map((line, index) => {
      const { status } = metrics[index]!;
      if (status === 'Regressed' || status === 'Missing') return style.red(line);
      return status === 'Improved' ? style.green(line) : line;
    }),
  ];
}

const indented = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => wrap(line, '  ')).map((line) => `  ${line}`);

const verdictLines = (report: BaselineReport, style: Style): readonly string[] => [
  verdictLine(report, style),
  ...indented(sentences(report)),
];

/** The verdict, its sentences, and the thresholds that failed: all that `--quiet` leaves. */
export function baselineVerdict(
  report: BaselineReport,
  plan: Plan,
  style: Style,
): readonly string[] {
  const failed = { ...report, judgements: report.judgements.map((own) => own.filter(isFailure)) };
  return [
    ...header(plan, [`baseline ${report.file}`], style),
    '',
    ...verdictLines(report, style),
    ...judgedLines(failed, style),
  ];
}

/** The thresholds of the scenario, by variant where there are several. */
function judgedLines({ check, judgements }: BaselineReport, style: Style): readonly string[] {
  const several = check.variants.length > 1;
  return judgements.flatMap((own, index) =>
    own.length === 0
      ? []
      : [...(several ? [check.variants[index]!.variant] : []), ...thresholdLines(own, style)],
  );
}

/** The whole report of a check of `plan`, without a newline at its end. */
export function baselineSummary(report: BaselineReport, plan: Plan, style: Style): string {
  const { check, file, reproduce, accept } = report;
  const several = check.variants.length > 1;
  const identical = isIdentical(check);
  const sections = [
    header(plan, [`baseline ${file}`], style),
    verdictLines(report, style),
    judgedLines(report, style),
    ...(identical ? [] : check.variants.map((variant) => table(variant, several, style))),
    identical ? [] : wrap(methodLine(check)).map(style.dim),
    [`Reproduce: ${reproduce}`, ...(identical ? [] : [`Accept:    ${accept}`])],
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

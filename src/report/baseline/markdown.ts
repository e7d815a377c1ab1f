/** A check against a baseline as Markdown, for a pull request or a step summary. */
import { isIdentical } from '../../study/baseline/check.ts';
import type { VariantCheck } from '../../study/baseline/check.ts';
import { isFailure } from '../../study/thresholds.ts';
import { escapeCell, markdownTable } from '../markdown/table.ts';
import { PLAIN } from '../text/style.ts';
import { marginOf } from '../text/thresholds.ts';
import { changeCell, estimateText, methodLine, sentences, STATUS_WORDS } from './findings.ts';
import type { BaselineReport } from './findings.ts';
import { verdictLine } from './text.ts';

/** Which way the figure went, and what that is: no colour says it. */
function outcome(finding: VariantCheck['metrics'][number]): string {
  const word = STATUS_WORDS[finding.status];
  const { difference, status } = finding;
  if (difference === null || status === 'Unchanged' || status === 'Undecided') return word;
  return `${difference.value > 0 ? '↑' : '↓'} ${word}`;
}

function table({ metrics }: VariantCheck): readonly string[] {
  return markdownTable(
    ['metric', 'baseline', 'now', 'change', ''],
    metrics.map((finding) => [
      finding.key,
      estimateText(finding, finding.saved),
      estimateText(finding, finding.now),
      changeCell(finding),
      outcome(finding),
    ]),
  );
}

/** The page, with a newline at its end. */
export function baselineMarkdown(report: BaselineReport): string {
  const { check, judgements, file, accept, reproduce } = report;
  const several = check.variants.length > 1;
  const identical = isIdentical(check);
  const failed = judgements.flatMap((own, index) =>
    own.filter(isFailure).map((judgement) => {
      const of = several ? ` of ${check.variants[index]!.variant}` : '';
      return `- Threshold \`${judgement.threshold.expr}\`${of} failed: ${marginOf(judgement)}`;
    }),
  );
  const sections = [
    [`## ${escapeCell(check.scenario)}: baseline`],
    [`**${verdictLine(report, PLAIN)}**`],
    [...sentences(report).map((line) => `- ${escapeCell(line)}`), ...failed],
    ...(identical
      ? []
      : check.variants.flatMap((variant) => [
          ...(several ? [[`### ${escapeCell(variant.variant)}`]] : []),
          table(variant),
        ])),
    identical ? [] : [methodLine(check)],
    [`Baseline \`${file}\`. Reproduce: \`${reproduce}\``],
    identical ? [] : [`Accept these figures: \`${accept}\``],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

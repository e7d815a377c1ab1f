/** What `svcsim compare` prints: a sentence a variant, the table, the pods, and where the files are. */
import type { Comparison } from '../../study/comparison/compare.ts';
import { isFailure } from '../../study/thresholds.ts';
import type { Judgement } from '../../study/thresholds.ts';
import type { Study, VariantRuns } from '../../study/study.ts';
import { plural } from '../numbers.ts';
import { rolloutSentences } from './rollouts.ts';
import type { Style } from './style.ts';
import { comparedEventLines } from './compared-events.ts';
import { methodLine } from './comparison-method.ts';
import { comparisonSentences } from './comparison-sentences.ts';
import { comparisonLines } from './comparison-table.ts';
import { footerLines } from './footer.ts';
import type { Footer } from './footer.ts';
import { header } from './header.ts';
import { spreadingOf } from './spreading.ts';
import { populationLine } from './latency.ts';
import { comparedPodLines } from './pods.ts';
import { comparedVerdictLines, openOf, thresholdLines } from './thresholds.ts';
import { comparedWhyLines } from './why.ts';
import { wrap } from './wrap.ts';

/** What there is to say about a comparison. */
export interface CompareSummary {
  readonly study: Study;
  readonly comparison: Comparison;
  /** By variant, in the order of the study. */
  readonly judgements: readonly (readonly Judgement[])[];
  /** Of the study as a whole: see remarks.ts. */
  readonly remarks?: readonly string[];
  readonly footer: Footer;
}

/** One line where a variant passes everything, its thresholds where it does not. */
function variantVerdicts({ study, judgements }: CompareSummary, style: Style): readonly string[] {
  return study.variants.flatMap(({ plan }, index) => {
    const own = judgements[index] ?? [];
    if (own.length === 0) return [];
    const failed = own.filter(isFailure).length;
    const total = plural(own.length, 'threshold');
    const spreading = spreadingOf(plan);
    const by = spreading === plan.variant ? '' : ` (${spreading})`;
    const passed = own.filter(({ status }) => status === 'Passed').length;
    const met = passed === own.length ? style.green('✓') : style.yellow('!');
    const sign = failed === 0 ? met : style.red('✗');
    const line = `${sign} ${plan.variant}${by} meets ${passed} of ${total}${openOf(own)}`;
    return passed === own.length ? [line] : [line, ...thresholdLines(own, style)];
  });
}

/** The sentences and the verdict: all that `--quiet` leaves. */
export function compareVerdict(summary: CompareSummary, style: Style): readonly string[] {
  const { study, comparison, judgements } = summary;
  const { plan } = study.variants[0]!;
  const [reference, ...others] = study.variants.map((variant) => variant.plan.variant);
  return [
    ...header(plan, [`compare ${reference}`, ...others], style, {
      plans: study.variants.map((variant) => variant.plan),
      finished: Math.min(...study.variants.map(({ runs }) => runs.length)),
    }),
    '',
    ...comparedVerdictLines(judgements, { partial: study.partial, style }),
    ...comparisonSentences(comparison).flatMap((line) => wrap(line, '  ')),
    ...study.variants.flatMap(rolloutsOf).flatMap((line) => wrap(line, '  ')),
    ...(summary.remarks ?? []).flatMap((remark) => wrap(remark, '  ')),
    ...(judgements.flat().length === 0 ? [] : ['', ...variantVerdicts(summary, style)]),
  ];
}

const rolloutsOf = (variant: VariantRuns): readonly string[] =>
  rolloutSentences(variant).map((sentence) => `With ${variant.plan.variant}: ${sentence}`);

/** The whole summary, without a newline at its end. */
export function compareSummary(summary: CompareSummary, style: Style): string {
  const { study, comparison, footer } = summary;
  const [reference] = study.variants;
  const sections = [
    compareVerdict(summary, style),
    [
      ...comparisonLines(comparison, style),
      ...wrap(`${methodLine(comparison)} ${populationLine(reference!)}`).map(style.dim),
    ],
    comparedEventLines(study.variants, style),
    comparedPodLines(study.variants, style),
    comparedWhyLines(study.variants, style),
    footerLines(footer, style),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

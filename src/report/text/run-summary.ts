/** What `svcsim run` prints: the verdict, then the figures, then where they are. */
import { metricEstimate } from '../../study/figures/metrics.ts';
import { overall } from '../../study/figures/query.ts';
import type { VariantRuns } from '../../study/study.ts';
import { isFailure } from '../../study/thresholds.ts';
import type { Judgement } from '../../study/thresholds.ts';
import { formatRatio, formatTime } from '../numbers.ts';
import { formatEstimate, formatFactor } from './estimates.ts';
import { footerLines } from './footer.ts';
import type { Footer } from './footer.ts';
import { header } from './header.ts';
import { spreadingOf } from './spreading.ts';
import { callLines } from './calls.ts';
import { errorText, latencyLines, mainCauseText } from './latency.ts';
import { podLines } from './pods.ts';
import { programmingText } from './programming.ts';
import { rolloutSentences } from './rollouts.ts';
import { staleText } from './stale.ts';
import type { Style } from './style.ts';
import {
  formatMetric,
  judgedValue,
  populationOf,
  thresholdLines,
  verdictLines,
} from './thresholds.ts';
import { timeSplitLines } from './time-split.ts';
import { whyLines } from './why.ts';
import { windowLines } from './windows.ts';
import { wrap } from './wrap.ts';

/** What there is to say about one variant. */
export interface RunSummary {
  readonly variant: VariantRuns;
  readonly judgements: readonly Judgement[];
  readonly partial: boolean;
  /** Of the study as a whole: see remarks.ts. */
  readonly remarks?: readonly string[];
  readonly footer: Footer;
}

/** The answer in one sentence: the missed limits, or what callers see. */
function answer({ variant, judgements }: RunSummary): string {
  const by = spreadingOf(variant.plan);
  const missed = judgements.filter(isFailure);
  if (missed.length > 0) {
    const misses = missed.map((judgement) => {
      const { threshold, value, status } = judgement;
      const what = `${threshold.metric}${populationOf(threshold)}`;
      if (value === null) return `${what} has nothing to measure`;
      const wanted = `${threshold.operator} ${formatMetric(threshold.metric, threshold.value)}`;
      return status === 'Undecided'
        ? `${what} is ${judgedValue(judgement)}, which does not show ${wanted}`
        : `${what} is ${formatMetric(threshold.metric, value)}, not ${wanted}`;
    });
    return `${by} misses: ${misses.join('; ')}.`;
  }
  const p99 = metricEstimate(variant, overall('latency.p99'));
  if (p99 === null) return `${by}: no request was measured.`;
  const errors = metricEstimate(variant, overall('errors.ratio'));
  const balance = metricEstimate(variant, overall('balance.maxOverMean'));
  const reason = mainCauseText(variant);
  // How soon nothing but errors come tells nobody anything.
  if (errors?.mean === 1) return `${by}: every request fails${reason}.`;
  const parts = [
    `callers see a p99 of ${formatEstimate(p99, formatTime)}`,
    errors === null || errors.mean === 0
      ? 'no errors'
      : `${formatRatio(errors.mean)} of requests fail${reason}`,
  ];
  if (balance !== null) {
    parts.push(`the hottest pod takes ${formatFactor(balance.mean)}× its fair share`);
  }
  return `${by}: ${parts.join(', ')}.`;
}

/** The verdict and what it rests on: all that `--quiet` leaves. */
export function runVerdict(summary: RunSummary, style: Style): readonly string[] {
  const { variant, judgements, partial } = summary;
  return [
    ...header(variant.plan, [spreadingOf(variant.plan)], style, { finished: variant.runs.length }),
    '',
    ...verdictLines(judgements, { partial, style }),
    ...wrap(answer(summary), '  '),
    ...rolloutSentences(variant).flatMap((sentence) => wrap(sentence, '  ')),
    ...(summary.remarks ?? []).flatMap((remark) => wrap(remark, '  ')),
    ...(judgements.length === 0 ? [] : ['', ...thresholdLines(judgements, style)]),
  ];
}

/** A line with a word in front; nothing where there is nothing to say. */
const labelled = (label: string, text: string | null): readonly string[] =>
  text === null ? [] : wrap(`${label.padEnd(8)} ${text}`, ' '.repeat(9));

/** The whole summary, without a newline at its end. */
export function runSummary(summary: RunSummary, style: Style): string {
  const { variant, footer } = summary;
  const sections = [
    runVerdict(summary, style),
    variant.runs.length === 0
      ? ['No run had finished.']
      : [
          ...latencyLines(variant, style),
          `Errors   ${errorText(variant)}`,
          ...labelled('Rules', programmingText(variant)),
          ...labelled('Stale', staleText(variant)),
        ],
    windowLines(variant, style),
    timeSplitLines(variant, style),
    callLines(variant, style),
    podLines(variant, style),
    whyLines(variant, style),
    footerLines(footer, style),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** What a check against a baseline found, in words: sentences and cells that all of its forms share. */
import { checkFails, findingsOf, FLOORS, isIdentical } from '../../study/baseline/check.ts';
import type {
  BaselineCheck,
  FindingStatus,
  MetricFinding,
  VariantCheck,
} from '../../study/baseline/check.ts';
import type { Judgement } from '../../study/thresholds.ts';
import { isFailure } from '../../study/thresholds.ts';
import {
  formatChange,
  formatRatio,
  formatShare,
  formatSignificant,
  formatTime,
  plural,
} from '../numbers.ts';
import { formatEstimate } from '../text/estimates.ts';
import { formatMetric } from '../text/thresholds.ts';

/** A check, and what there is to say around it. */
export interface BaselineReport {
  readonly check: BaselineCheck;
  /** Of the scenario's own thresholds, by variant of the check. */
  readonly judgements: readonly (readonly Judgement[])[];
  /** Path of the baseline. */
  readonly file: string;
  /** Whether metrics that are gone are let pass. */
  readonly lenient: boolean;
  /** Where the engine is not that of the baseline: both versions. */
  readonly engines: { readonly saved: string; readonly now: string } | null;
  /** The command that gives this report again, and the one that makes these figures the baseline. */
  readonly reproduce: string;
  readonly accept: string;
}

/** The verdict in a word or two. */
export type BaselineVerdict = 'identical' | 'passed' | 'regression' | 'failed';

export function verdictOf({ check, judgements, lenient }: BaselineReport): BaselineVerdict {
  if (findingsOf(check, 'Regressed').length > 0) return 'regression';
  if (checkFails(check, { lenient }) || judgements.flat().some(isFailure)) return 'failed';
  return isIdentical(check) ? 'identical' : 'passed';
}

/** A value of a finding's metric with its unit and its interval. */
export const estimateText = ({ metric }: MetricFinding, estimate: MetricFinding['now']): string =>
  formatEstimate(estimate, (value) => formatMetric(metric.name, value));

const share = (ratio: number): string => formatShare(Math.abs(ratio));

/** `12% [9%, 15%] `, by how much a metric differs; empty where the baseline has 0. */
function sizeText({ difference }: MetricFinding): string {
  const relative = difference?.relative ?? null;
  if (relative === null) return '';
  const { value, low, high } = relative;
  if (low === null || high === null) return `${share(value)} `;
  // The bounds as the sentence has them: of something that falls, too, the smaller one comes first. Nothing falls by more
  // than the whole, although the interval of a few runs may reach beyond it.
  const bounds = value < 0 ? [-high, Math.min(1, -low)] : [low, high];
  const texts = bounds.map((bound) => (bound < 0 ? `-${share(bound)}` : share(bound)));
  return `${share(value)} [${texts.join(', ')}] `;
}

/** What became of a metric, in a sentence without its end. */
export function findingSentence(finding: MetricFinding): string {
  const { key, metric, status, saved, now } = finding;
  const value = (mean: number): string => formatMetric(metric.name, mean);
  switch (status) {
    case 'Regressed':
    case 'Improved': {
      const way = status === 'Regressed' ? 'worse' : 'better';
      return `${key} is ${sizeText(finding)}${way} than the baseline: ${value(now!.mean)} instead of ${value(saved!.mean)}`;
    }
    case 'Missing':
      return `${key} is missing: nothing was measured, and the baseline has ${value(saved!.mean)}`;
    case 'Undecided':
      return `${key} is undecided: too few replications have it`;
    case 'New':
      return `${key} is new: ${value(now!.mean)}, and the baseline does not have it`;
    case 'Within':
      return `${key} has changed ${formatChange(finding.difference?.relative?.value ?? 0)}, which is tolerated`;
    case 'Unchanged':
      return `${key} cannot be told from the baseline`;
  }
}

/** The sentence with its variant where there are several. */
export function namedSentence(
  { variants }: BaselineCheck,
  { variant, finding }: { readonly variant: string; readonly finding: MetricFinding },
): string {
  return `${variants.length > 1 ? `${variant}: ` : ''}${findingSentence(finding)}.`;
}

/** The change of a metric in a cell: `+12.0%`, `~` for what may be chance, nothing where there is none. */
export function changeCell({ metric, status, difference }: MetricFinding): string {
  if (difference === null || status === 'Undecided') return '';
  if (status === 'Unchanged') return difference.value === 0 ? '=' : '~';
  if (difference.relative !== null) return formatChange(difference.relative.value);
  const sign = difference.value >= 0 ? '+' : '-';
  return `${sign}${formatMetric(metric.name, Math.abs(difference.value))}`;
}

/** `p=0.002`; nothing where no chance is involved. */
export function chanceCell({ status, pValue }: MetricFinding): string {
  if (pValue === null || status === 'Unchanged' || status === 'Undecided') return '';
  return pValue < 0.001 ? '(p<0.001)' : `(p=${pValue.toFixed(3)})`;
}

export const STATUS_WORDS: Readonly<Record<FindingStatus, string>> = {
  Regressed: 'worse',
  Improved: 'better',
  Within: 'tolerated',
  Unchanged: '',
  Missing: 'missing',
  Undecided: 'undecided',
  New: 'new',
};

/** What a check was about: `11 metrics`, `22 metrics of 2 variants`. */
export function scopeText({ variants }: BaselineCheck): string {
  const metrics = variants
    .flatMap((variant) => variant.metrics)
    .filter(({ status }) => status !== 'New').length;
  const of = variants.length > 1 ? ` of ${plural(variants.length, 'variant')}` : '';
  return `${plural(metrics, 'metric')}${of}`;
}

/** Sentences about regressions and improvements; tables have the others. */
const SENTENCES_MAX = 3;

/** Sentences about what has changed most, and how many more there are. */
function greatest(check: BaselineCheck, status: 'Regressed' | 'Improved'): readonly string[] {
  // Without a ratio: the baseline has 0.
  const size = ({ finding }: { readonly finding: MetricFinding }): number =>
    Math.abs(finding.difference?.relative?.value ?? Number.MAX_VALUE);
  const found = findingsOf(check, status).toSorted((a, b) => size(b) - size(a));
  const told = found.slice(0, SENTENCES_MAX).map((each) => namedSentence(check, each));
  const more = found.length - told.length;
  return more > 0 ? [...told, `So it is with ${plural(more, 'other metric')}.`] : told;
}

/** A sentence for each finding that somebody should know of, or the greatest of them. */
export function sentences(report: BaselineReport): readonly string[] {
  const { check, lenient } = report;
  const named = (...statuses: readonly FindingStatus[]): readonly string[] =>
    findingsOf(check, ...statuses).map((found) => namedSentence(check, found));
  const missing = named('Missing').map((line) =>
    lenient ? `${line} Let pass by --lenient.` : line,
  );
  const improved = greatest(check, 'Improved');
  return [
    ...greatest(check, 'Regressed'),
    ...missing,
    ...improved,
    ...(improved.length > 0 ? ['Save the baseline to keep what is better.'] : []),
    ...named('Undecided', 'New'),
    ...check.newVariants.map((name) => `Variant ${name} is new: the baseline does not have it.`),
    ...engineSentences(report),
  ];
}

/** Runs that should be the same and are not; a metric that one side does not have is another matter. */
const hasOtherRuns = ({ exact }: VariantCheck): boolean =>
  exact !== null &&
  !exact.identical &&
  (exact.changed.length === 0 ||
    exact.changed.some(({ value, reference }) => value !== null && reference !== null));

function engineSentences({ check, engines }: BaselineReport): readonly string[] {
  if (!check.variants.some(hasOtherRuns)) return [];
  const why =
    engines === null
      ? 'the model has changed, and its version has not'
      : `the baseline is of V8 ${engines.saved}, this is ${engines.now}`;
  return [`Plan and seeds are those of the baseline, and yet the runs are others: ${why}.`];
}

/** How one variant was compared. */
function methodText({ kind, replications }: VariantCheck): string {
  const { saved, now, pairs } = replications;
  const shared =
    saved === now && now === pairs ? '' : ` that both have (${saved} saved, ${now} now)`;
  switch (kind) {
    case 'exact':
      return `same plan and seeds in ${plural(pairs, 'replication')}${shared}, nothing is left to chance`;
    case 'paired':
      return `paired by seed (common random numbers), ${plural(pairs, 'replication')}${shared}, paired t tests`;
    case 'independent':
      return `other seeds, ${now} replications against ${saved}, tests of Mann and Whitney`;
  }
}

/** How it was compared, and what counts as a regression. */
export function methodLine({ variants, settings }: BaselineCheck): string {
  const methods = [...new Set(variants.map(methodText))];
  const certain = variants.every(({ kind }) => kind === 'exact');
  const tests = certain
    ? ''
    : ` ~ may be chance: one false alarm in ${formatSignificant(1 / settings.alpha)} checks at most (Holm). [ ] is the 95% interval of one change by itself.`;
  const text = `${methods.join('; ')}.${tests}`;
  return (
    `${text[0]!.toUpperCase()}${text.slice(1)} Tolerated are changes up to ${formatRatio(settings.tolerance)}, ` +
    `${formatTime(settings.floorNs)}, ${formatRatio(FLOORS.ratio)} of requests, ${FLOORS.number} of a balance.`
  );
}

/** The verdict: each threshold with its value, how well it is known, and its margin. */
import { METRICS } from '../../contract/metrics.ts';
import type { MetricUnit } from '../../contract/metrics.ts';
import type { Threshold } from '../../contract/plan.ts';
import { isFailure } from '../../study/thresholds.ts';
import type { Judgement } from '../../study/thresholds.ts';
import {
  formatCount,
  formatRate,
  formatRatio,
  formatShare,
  formatSignificant,
  formatTime,
  plural,
} from '../numbers.ts';
import type { Style } from './style.ts';
import { formatEstimate, formatFactor } from './estimates.ts';
import { grid } from './grid.ts';

const FORMATS: Readonly<Record<MetricUnit, (value: number) => string>> = {
  duration: formatTime,
  ratio: formatRatio,
  rate: formatRate,
  count: formatSignificant,
  number: formatFactor,
};

/** The value of a metric with its unit. */
export function formatMetric(metric: string, value: number): string {
  const unit = METRICS.find(({ name }) => name === metric)?.unit ?? 'number';
  return FORMATS[unit](value);
}

/** Of whom and when the figure is: ` during rollout for web`; nothing for all requests of the measurement. */
export function populationOf({ during, client, service }: Threshold): string {
  const when = during === 'all' ? '' : ` during ${during}`;
  return `${when}${client === null ? '' : ` for ${client}`}${service === null ? '' : ` of ${service}`}`;
}

/** Of whom and when it is, and whether it only warns: ` during rollout for web`. */
export function scopeOf(threshold: Threshold): string {
  const parts: string[] = [];
  // What stands between braces need not be said again.
  const isSaid = (label: string): boolean => threshold.expr.includes(`${label}=`);
  if (threshold.during !== 'all' && !isSaid('window')) parts.push(`during ${threshold.during}`);
  if (threshold.client !== null && !isSaid('client')) parts.push(`for ${threshold.client}`);
  if (threshold.service !== null && !isSaid('service')) parts.push(`of ${threshold.service}`);
  if (threshold.severity === 'Warn') parts.push('(warns only)');
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}

/** Shares of a limit from which a multiple of it says more. */
const FAR_ABOVE = 1;

/** The value of a judgement with its interval, where there is one: `118ms ± 4.0%`. */
export const judgedValue = ({ threshold, estimate }: Judgement): string =>
  formatEstimate(estimate, (value) => formatMetric(threshold.metric, value));

/** `undecided; about 34 would decide`: replications, as the sentence below the table says. */
const undecidedOf = ({ replicationsNeeded }: Judgement): string =>
  replicationsNeeded === null
    ? 'undecided; too near to tell'
    : `undecided; about ${formatCount(replicationsNeeded)} would decide`;

/** What to do about those that are undecided; nothing where none is. */
function undecidedHint(judgements: readonly Judgement[]): readonly string[] {
  const undecided = judgements.filter(({ status }) => status === 'Undecided');
  if (undecided.length === 0) return [];
  const most = Math.max(0, ...undecided.map(({ replicationsNeeded }) => replicationsNeeded ?? 0));
  const mend = most > 0 ? `; try --replications ${most}` : '';
  return [`  Undecided: the limit lies in the 95% interval, so the mean counts${mend}.`];
}

/** `over by 19%`, `18% below the limit`, `118 × the limit` far above it, or why nothing can be said. */
export function marginOf(judgement: Judgement): string {
  const { status, value, margin, threshold, neverOpened } = judgement;
  if (status === 'Empty') {
    return neverOpened ? 'the window never opened' : 'nothing to measure';
  }
  if (status === 'Undecided') return undecidedOf(judgement);
  if (margin === null || value === null) return '';
  const size = formatShare(Math.abs(margin));
  if (margin === 0) return 'exactly at the limit';
  const above = margin > 0;
  if (margin >= FAR_ABOVE) return `${formatSignificant(value / threshold.value)} × the limit`;
  if (status === 'Failed') return above ? `over by ${size}` : `under by ${size}`;
  return threshold.operator === '==' ? '' : `${size} ${above ? 'above' : 'below'} the limit`;
}

/** What came of a threshold, in a character: `!` where it only warns, `?` where it is undecided. */
export function signOf(judgement: Judgement): '✓' | '✗' | '!' | '?' {
  if (judgement.status === 'Passed') return '✓';
  if (judgement.status === 'Undecided') return '?';
  return isFailure(judgement) ? '✗' : '!';
}

function paintOf(judgement: Judgement, style: Style): (text: string) => string {
  if (judgement.status === 'Passed') return style.green;
  return isFailure(judgement) ? style.red : style.yellow;
}

/** One line a threshold. */
export function thresholdLines(judgements: readonly Judgement[], style: Style): readonly string[] {
  const rows = judgements.map((judgement) => {
    const { threshold } = judgement;
    return [
      `  ${paintOf(judgement, style)(signOf(judgement))}`,
      `${threshold.expr}${scopeOf(threshold)}`,
      judgedValue(judgement),
      marginOf(judgement),
    ];
  });
  return [...grid(rows, 'llrl'), ...undecidedHint(judgements).map(style.dim)];
}

interface VerdictOptions {
  readonly partial: boolean;
  readonly style: Style;
}

const PARTIAL = '  (partial: interrupted before all runs had finished)';

/** `, 1 undecided, 2 warned`: what a verdict leaves open. */
export function openOf(judgements: readonly Judgement[]): string {
  const undecided = judgements.filter(({ status }) => status === 'Undecided').length;
  const warned = judgements.filter(
    ({ status, threshold }) =>
      (status === 'Failed' || status === 'Empty') && threshold.severity === 'Warn',
  ).length;
  return (
    (undecided > 0 ? `, ${undecided} undecided` : '') + (warned > 0 ? `, ${warned} warned` : '')
  );
}

/** `✓ PASSED  2 of 2 thresholds`, and what was missed in words. */
export function verdictLines(
  judgements: readonly Judgement[],
  { partial, style }: VerdictOptions,
): readonly string[] {
  const suffix = partial ? PARTIAL : '';
  if (judgements.length === 0) return [`${style.bold('DONE')}  no thresholds set${suffix}`];
  const failed = judgements.filter(isFailure).length;
  const total = plural(judgements.length, 'threshold');
  const open = openOf(judgements);
  if (failed > 0) return [`${style.red('✗ FAILED')}  ${failed} of ${total}${open}${suffix}`];
  const passed = judgements.filter(({ status }) => status === 'Passed').length;
  return [`${style.green('✓ PASSED')}  ${passed} of ${total}${open}${suffix}`];
}

/** `✗ FAILED  in 1 of 3 variants`: the same thresholds hold for each of them. */
export function comparedVerdictLines(
  judgements: readonly (readonly Judgement[])[],
  options: VerdictOptions,
): readonly string[] {
  if (judgements.length === 1 || judgements.every((own) => own.length === 0)) {
    return verdictLines(judgements.flat(), options);
  }
  const { partial, style } = options;
  const suffix = partial ? PARTIAL : '';
  const failed = judgements.filter((own) => own.some(isFailure)).length;
  const variants = plural(judgements.length, 'variant');
  if (failed > 0) return [`${style.red('✗ FAILED')}  in ${failed} of ${variants}${suffix}`];
  const all = judgements.length === 2 ? 'both variants' : `all ${variants}`;
  return [`${style.green('✓ PASSED')}  in ${all}${openOf(judgements.flat())}${suffix}`];
}

/** The verdict: each threshold with its value and its margin. */
import { METRICS } from '../../contract/metrics.ts';
import type { MetricUnit } from '../../contract/metrics.ts';
import type { Threshold } from '../../contract/plan.ts';
import { isFailure } from '../../study/thresholds.ts';
import type { Judgement } from '../../study/thresholds.ts';
import {
  formatRate,
  formatRatio,
  formatShare,
  formatSignificant,
  formatTime,
  plural,
} from '../numbers.ts';
import type { Style } from './style.ts';
import { formatFactor } from './estimates.ts';
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

function scopeOf(threshold: Threshold): string {
  const parts: string[] = [];
  if (threshold.during !== 'all') parts.push(`during ${threshold.during}`);
  if (threshold.client !== null) parts.push(`for ${threshold.client}`);
  if (threshold.service !== null) parts.push(`of ${threshold.service}`);
  if (threshold.severity === 'Warn') parts.push('(warns only)');
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}

/** Shares of a limit from which a multiple of it says more. */
const FAR_ABOVE = 1;

/** `over by 19%`, `18% below the limit`, `118 × the limit` far above it, or why there is no value. */
export function marginOf(judgement: Judgement): string {
  const { status, value, margin, threshold, neverOpened } = judgement;
  if (status === 'Empty') {
    return neverOpened ? 'the window never opened' : 'nothing to measure';
  }
  if (margin === null || value === null) return '';
  const size = formatShare(Math.abs(margin));
  if (margin === 0) return 'exactly at the limit';
  const above = margin > 0;
  if (margin >= FAR_ABOVE) return `${formatSignificant(value / threshold.value)} × the limit`;
  if (status === 'Failed') return above ? `over by ${size}` : `under by ${size}`;
  return threshold.operator === '==' ? '' : `${size} ${above ? 'above' : 'below'} the limit`;
}

const SIGNS = { Passed: '✓', Failed: '✗', Empty: '✗' } as const;

/** One line a threshold. */
export function thresholdLines(judgements: readonly Judgement[], style: Style): readonly string[] {
  const rows = judgements.map((judgement) => {
    const { threshold, status, value } = judgement;
    const paint =
      status === 'Passed' ? style.green : isFailure(judgement) ? style.red : style.yellow;
    return [
      `  ${paint(status !== 'Passed' && threshold.severity === 'Warn' ? '!' : SIGNS[status])}`,
      `${threshold.expr}${scopeOf(threshold)}`,
      value === null ? '–' : formatMetric(threshold.metric, value),
      marginOf(judgement),
    ];
  });
  return grid(rows, 'llrl');
}

interface VerdictOptions {
  readonly partial: boolean;
  readonly style: Style;
}

const PARTIAL = '  (partial: interrupted before all runs had finished)';

const warnedOf = (judgements: readonly Judgement[]): string => {
  const warned = judgements.filter(({ status }) => status !== 'Passed').length;
  return warned > 0 ? `, ${warned} warned` : '';
};

/** `✓ PASSED  2 of 2 thresholds`, and what was missed in words. */
export function verdictLines(
  judgements: readonly Judgement[],
  { partial, style }: VerdictOptions,
): readonly string[] {
  const suffix = partial ? PARTIAL : '';
  if (judgements.length === 0) return [`${style.bold('DONE')}  no thresholds set${suffix}`];
  const failed = judgements.filter(isFailure).length;
  const total = plural(judgements.length, 'threshold');
  if (failed > 0) return [`${style.red('✗ FAILED')}  ${failed} of ${total}${suffix}`];
  const passed = judgements.filter(({ status }) => status === 'Passed').length;
  return [`${style.green('✓ PASSED')}  ${passed} of ${total}${warnedOf(judgements)}${suffix}`];
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
  return [`${style.green('✓ PASSED')}  in ${all}${warnedOf(judgements.flat())}${suffix}`];
}

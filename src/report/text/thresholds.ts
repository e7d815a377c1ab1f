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

/** `over by 19%`, `18% below the limit`, or why there is no value. */
export function marginOf(judgement: Judgement): string {
  const { status, value, margin, threshold } = judgement;
  if (status === 'Empty') return 'nothing to measure';
  if (margin === null || value === null) return '';
  const size = formatShare(Math.abs(margin));
  if (margin === 0) return 'exactly at the limit';
  const above = margin > 0;
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

/** `✓ PASSED  2 of 2 thresholds`, and what was missed in words. */
export function verdictLines(
  judgements: readonly Judgement[],
  options: { readonly partial: boolean; readonly style: Style },
): readonly string[] {
  const { partial, style } = options;
  const suffix = partial ? '  (partial: interrupted before all runs had finished)' : '';
  if (judgements.length === 0) return [`${style.bold('DONE')}  no thresholds set${suffix}`];
  const failed = judgements.filter(isFailure);
  const total = plural(judgements.length, 'threshold');
  if (failed.length === 0) {
    const passed = judgements.filter(({ status }) => status === 'Passed').length;
    const warned = passed < judgements.length ? `, ${judgements.length - passed} warned` : '';
    return [`${style.green('✓ PASSED')}  ${passed} of ${total}${warned}${suffix}`];
  }
  return [`${style.red('✗ FAILED')}  ${failed.length} of ${total}${suffix}`];
}

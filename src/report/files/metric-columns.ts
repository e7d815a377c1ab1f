/** Metrics as columns of files: `latency_ms_p99`, `errors_ratio`, `latency_ms_p99{window=rollout}`. */
import { METRICS } from '../../contract/metrics.ts';
import type { MetricUnit } from '../../contract/metrics.ts';
import { metricKey } from '../../study/figures/query.ts';
import type { MetricQuery } from '../../study/figures/query.ts';
import { milliseconds, rate, ratio } from './columns.ts';

/** A metric's column: its name, and a value in the metric's own unit as a cell. */
export interface MetricColumn {
  readonly query: MetricQuery;
  readonly name: string;
  cell(value: number | null): string;
}

type Cell = (value: number | null) => string;

const itself = (value: number | null): number | null => value;

const CELLS: Readonly<Record<MetricUnit, Cell>> = {
  duration: milliseconds('', itself).cell,
  ratio: ratio('', itself).cell,
  rate: rate('', itself).cell,
  // A mean over replications has decimals, and so has its interval.
  count: rate('', itself).cell,
  number: ratio('', itself).cell,
};

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('.', '_');

export function metricColumn(query: MetricQuery): MetricColumn {
  const { metric } = query;
  const unit = METRICS.find(({ name }) => name === metric)?.unit ?? 'number';
  const [family, ...rest] = metric.split('.');
  const words = unit === 'duration' ? [family!, 'ms', ...rest] : [family!, ...rest];
  const suffix = unit === 'rate' ? '_rps' : '';
  const scope = metricKey(query).slice(metric.length);
  return { query, name: `${snake(words.join('.'))}${suffix}${scope}`, cell: CELLS[unit] };
}

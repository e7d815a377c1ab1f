/** What a metric is: a figure of a run that thresholds, comparisons and baselines name. */

/**
 * `duration`: ns in a plan, written `120ms`. `ratio`: a share, 0–1, written `0.1%` or `0.001`.
 * `rate`: per second, written `900/s`. `count` and `number`: as they are.
 */
export type MetricUnit = 'duration' | 'ratio' | 'rate' | 'count' | 'number';

/** A figure of a run that a threshold can be set on. */
export interface Metric {
  readonly name: string;
  readonly unit: MetricUnit;
  /** Which way is better; `toOne`: the nearer to 1 the better; null: neither is. */
  readonly better: 'lower' | 'higher' | 'toOne' | null;
  /** Whether each client, or each Service, has it for itself; `cluster`: it is of all of them. */
  readonly scope: 'client' | 'service' | 'cluster';
  /** Whether each window has it for itself, or only the whole measurement. */
  readonly windows: 'each' | 'all';
  /** What it is of all Services, where none is named: the largest of them, the smallest, or their sum; null: not of Services. */
  readonly overServices: 'max' | 'min' | 'sum' | null;
  /** How it is made, formula included. */
  readonly description: string;
  /** The column it is taken from, as `summary.latency_ms_p99` or `result.totals.syncs`; null: no file has it. */
  readonly column: string | null;
}

/** What most metrics have in common. */
export const PLAIN: Pick<Metric, 'windows' | 'overServices'> = {
  windows: 'each',
  overServices: null,
};

/**
 * The metrics that thresholds may name, with their units. `scenario/` checks expressions against this
 * list and `study/` computes what it promises; both take it from here, so that a misspelt metric can
 * never pass.
 */
import { CLIENT_METRICS } from './metrics/clients.ts';
import { CLUSTER_METRICS } from './metrics/cluster.ts';
import { SERVICE_METRICS } from './metrics/services.ts';
import type { Metric } from './metrics/metric.ts';

export type { Metric, MetricUnit } from './metrics/metric.ts';
export { MEASURED_REASONS } from './metrics/clients.ts';

/** All of them, in the order in which pages list them. */
export const METRICS: readonly Metric[] = [
  ...CLIENT_METRICS,
  ...SERVICE_METRICS,
  ...CLUSTER_METRICS,
];

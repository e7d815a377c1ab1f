/** Metrics of what clients see: of one client, or of all of them pooled request by request. */
import { FAILURE_REASONS, RETRY_ENDS } from '../failures.ts';
import type { FailureReason } from '../failures.ts';
import { ERROR_CAUSES } from '../plan.ts';
import type { ErrorCause } from '../plan.ts';
import { LATENCY_PARTS } from '../result.ts';
import { PLAIN } from './metric.ts';
import type { Metric } from './metric.ts';

type Parts = Pick<Metric, 'name' | 'unit' | 'better' | 'description' | 'column'>;

const client = (parts: Parts): Metric => ({ ...PLAIN, scope: 'client', ...parts });

const latency = (name: string, what: string): Metric =>
  client({
    name: `latency.${name}`,
    unit: 'duration',
    better: 'lower',
    description: `${what} latency of measured requests, over all attempts`,
    column: `summary.latency_ms_${name}`,
  });

/** A share of requests that failed in one way. */
const failed = (name: string, how: string, column: string): Metric =>
  client({
    name: `errors.${name}`,
    unit: 'ratio',
    better: 'lower',
    description: `requests ${how} ÷ requests`,
    column,
  });

const part = (name: string, unit: 'duration' | 'ratio', description: string): Metric => ({
  ...client({
    name: `breakdown.${name}`,
    unit,
    better: unit === 'duration' ? 'lower' : null,
    description,
    column: `breakdown.${unit === 'duration' ? 'mean_ms' : 'share'}`,
  }),
  windows: 'all',
});

/** Reasons of failures that have a metric of their own: what is a cause as well is counted as that. */
export const MEASURED_REASONS: readonly FailureReason[] = FAILURE_REASONS.filter(
  (reason) => !ERROR_CAUSES.includes(reason as ErrorCause),
);

export const CLIENT_METRICS: readonly Metric[] = [
  latency('mean', 'mean'),
  latency('p50', 'median'),
  latency('p90', '90th percentile of'),
  latency('p95', '95th percentile of'),
  latency('p99', '99th percentile of'),
  latency('p999', '99.9th percentile of'),
  latency('max', 'largest'),
  failed('ratio', 'that did not succeed', 'summary.error_ratio'),
  client({
    name: 'errors.count',
    unit: 'count',
    better: 'lower',
    description: 'requests that did not succeed',
    column: 'summary.errors',
  }),
  ...ERROR_CAUSES.map((cause) =>
    failed(cause, `whose last attempt failed by ${cause}`, 'errors.count'),
  ),
  failed('unfinished', 'still in flight when the run was cut off', 'errors.count'),
  ...MEASURED_REASONS.map((reason) =>
    failed(reason, `that failed because of ${reason}`, 'failures.count'),
  ),
  ...RETRY_ENDS.map((end) =>
    failed(`retry.${end}`, `that failed and were not tried again, by ${end}`, 'failures.count'),
  ),
  client({
    name: 'requests',
    unit: 'count',
    better: null,
    description: 'requests due in the window',
    column: 'summary.requests',
  }),
  client({
    name: 'succeeded',
    unit: 'count',
    better: 'higher',
    description: 'those of them that succeeded, however late',
    column: 'summary.succeeded',
  }),
  client({
    name: 'attempts.perRequest',
    unit: 'number',
    better: 'lower',
    description: 'attempts ÷ requests: by how much retries multiply the load; 1 without any',
    column: 'summary.attempts_per_request',
  }),
  client({
    name: 'calls.perRequest',
    unit: 'number',
    better: 'lower',
    description:
      'attempts of a call, or of all calls, ÷ requests of the clients of the scenario: by how much call graphs and their retries multiply the load',
    column: 'summary.calls_per_request',
  }),
  client({
    name: 'circuitBreaker.open',
    unit: 'ratio',
    better: 'lower',
    description: 'share of time for which circuit breakers of client pods were open',
    column: null,
  }),
  client({
    name: 'throughput',
    unit: 'rate',
    better: 'higher',
    description: 'requests that succeeded in the window, whenever they were due, per second',
    column: 'summary.throughput_rps',
  }),
  ...LATENCY_PARTS.map((name) =>
    part(name, 'duration', `mean time of requests in ${name}, over all that ended`),
  ),
  ...LATENCY_PARTS.map((name) =>
    part(
      `${name}.slowest`,
      'duration',
      `mean time of requests in ${name}, over the slowest 1 % of each client`,
    ),
  ),
  ...LATENCY_PARTS.map((name) =>
    part(`${name}.share`, 'ratio', `part of the latency that goes in ${name}, over all that ended`),
  ),
];

/**
 * The metrics that thresholds may name, with their units. `scenario/` checks expressions against this
 * list and `study/` computes what it promises; both take it from here, so that a misspelt metric can
 * never pass.
 */
import { FAILURE_REASONS, type FailureReason } from './failures.ts';
import { ERROR_CAUSES, type ErrorCause } from './plan.ts';

/**
 * `duration`: ns in a plan, written `120ms`. `ratio`: a share of requests, 0–1, written `0.1%` or `0.001`.
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
  readonly description: string;
}

const latency = (name: string, what: string): Metric => ({
  name: `latency.${name}`,
  unit: 'duration',
  better: 'lower',
  scope: 'client',
  description: `${what} latency of measured requests, over all attempts`,
});

const balance = (
  name: string,
  better: Metric['better'],
  description: string,
  unit: MetricUnit = 'number',
): Metric => ({ name: `balance.${name}`, unit, better, scope: 'service', description });

const programming = (name: string, what: string): Metric => ({
  name: `networkProgramming.${name}`,
  unit: 'duration',
  better: 'lower',
  scope: 'cluster',
  description: `${what} time from a change of endpoints to the rules of a node, over nodes and changes`,
});

const stale = (name: string, what: string): Metric => ({
  name: `staleView.${name}`,
  unit: 'duration',
  better: 'lower',
  scope: 'cluster',
  description: `${what} time for which rules of a node named a pod that took no new connections, over nodes and pods`,
});

/** Reasons of failures that have a metric of their own: what is a cause as well is counted as that. */
export const MEASURED_REASONS: readonly FailureReason[] = FAILURE_REASONS.filter(
  (reason) => !ERROR_CAUSES.includes(reason as ErrorCause),
);

/** All of them, in the order in which pages list them. */
export const METRICS: readonly Metric[] = [
  latency('mean', 'mean'),
  latency('p50', 'median'),
  latency('p90', '90th percentile of'),
  latency('p95', '95th percentile of'),
  latency('p99', '99th percentile of'),
  latency('p999', '99.9th percentile of'),
  latency('max', 'largest'),
  {
    name: 'errors.ratio',
    unit: 'ratio',
    better: 'lower',
    scope: 'client',
    description: 'requests that did not succeed / requests',
  },
  {
    name: 'errors.count',
    unit: 'count',
    better: 'lower',
    scope: 'client',
    description: 'failed requests',
  },
  ...ERROR_CAUSES.map((cause): Metric => ({
    name: `errors.${cause}`,
    unit: 'ratio',
    better: 'lower',
    scope: 'client',
    description: `requests whose last attempt failed by ${cause} / requests`,
  })),
  ...MEASURED_REASONS.map((reason): Metric => ({
    name: `errors.${reason}`,
    unit: 'ratio',
    better: 'lower',
    scope: 'client',
    description: `requests that failed because of ${reason} / requests`,
  })),
  {
    name: 'requests',
    unit: 'count',
    better: null,
    scope: 'client',
    description: 'requests due in the window',
  },
  {
    name: 'throughput',
    unit: 'rate',
    better: 'higher',
    scope: 'client',
    description: 'requests that succeeded in the window, whenever they were due, per second',
  },
  balance('maxOverMean', 'lower', 'requests of the busiest pod over the fair share'),
  balance('minOverMean', 'higher', 'requests of the idlest pod over the fair share'),
  balance('cv', 'lower', 'standard deviation over mean of requests per pod'),
  balance('jain', 'higher', 'index of fairness of Jain, 1/n to 1'),
  balance('chiSquare', 'lower', 'chi-square statistic of requests per pod against fair shares'),
  balance('pValue', null, 'probability of a chi-square as large by chance alone'),
  programming('mean', 'mean'),
  programming('p50', 'median'),
  programming('p90', '90th percentile of'),
  programming('p99', '99th percentile of'),
  programming('max', 'longest'),
  {
    name: 'networkProgramming.pending',
    unit: 'count',
    better: 'lower',
    scope: 'cluster',
    description: 'changes, by node, that were not in force when the run ended',
  },
  stale('mean', 'mean'),
  stale('max', 'longest'),
  {
    name: 'rollout.lost',
    unit: 'count',
    better: 'lower',
    scope: 'cluster',
    description: 'requests that were due during rollouts, to Services of the workload, and failed',
  },
  {
    name: 'rollout.duration',
    unit: 'duration',
    better: 'lower',
    scope: 'cluster',
    description: 'length of the longest rollout; of one that is not complete, so far',
  },
  {
    name: 'rollout.incomplete',
    unit: 'count',
    better: 'lower',
    scope: 'cluster',
    description: 'rollouts that were not complete when the run ended',
  },
];

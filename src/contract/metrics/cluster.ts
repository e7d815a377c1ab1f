/** Metrics of the whole cluster: how it follows changes, what rollouts cost, and the run in time. */
import { ERROR_CAUSES } from '../plan.ts';
import { PLAIN } from './metric.ts';
import type { Metric, MetricUnit } from './metric.ts';

type Parts = Pick<Metric, 'name' | 'unit' | 'better' | 'description' | 'column'>;

/** Of each window. */
const cluster = (parts: Parts): Metric => ({ ...PLAIN, scope: 'cluster', ...parts });

/** Of the whole measurement only. */
const whole = (parts: Parts): Metric => ({ ...cluster(parts), windows: 'all' });

const programming = (name: string, what: string): Metric =>
  cluster({
    name: `networkProgramming.${name}`,
    unit: 'duration',
    better: 'lower',
    description: `${what} time from a change of endpoints to the rules of a node, over nodes and changes`,
    column: `result.networkProgramming.ms_${name}`,
  });

const stale = (name: string, what: string): Metric =>
  cluster({
    name: `staleView.${name}`,
    unit: 'duration',
    better: 'lower',
    description: `${what} time for which rules of a node named a pod that took no new connections, over nodes and pods; 0 where every node had dropped it in time`,
    column: `stale.stale_ms_${name}`,
  });

const rollout = (name: string, column: string, description: string): Metric =>
  cluster({
    name: `rollout.${name}`,
    unit: 'count',
    better: name === 'requests' ? null : 'lower',
    description,
    column: `rollouts.${column}`,
  });

const worst = (
  name: string,
  column: string,
  { unit, what }: { readonly unit: MetricUnit; readonly what: string },
): Metric =>
  whole({
    name: `timeline.${name}.max`,
    unit,
    better: name === 'requests' || name === 'readyPods' ? null : 'lower',
    description: `largest ${what} of an interval`,
    column: `timeline.${column}`,
  });

const least = (name: string, column: string, what: string): Metric =>
  whole({
    name: `timeline.${name}.min`,
    unit: 'count',
    better: name === 'readyPods' ? 'higher' : null,
    description: `smallest ${what} of an interval`,
    column: `timeline.${column}`,
  });

const counted = (
  name: string,
  column: string,
  { better, what }: { readonly better: Metric['better']; readonly what: string },
): Metric =>
  whole({ name, unit: 'count', better, description: what, column: `result.totals.${column}` });

export const CLUSTER_METRICS: readonly Metric[] = [
  programming('mean', 'mean'),
  programming('p50', 'median'),
  programming('p90', '90th percentile of'),
  programming('p99', '99th percentile of'),
  programming('max', 'longest'),
  cluster({
    name: 'networkProgramming.changes',
    unit: 'count',
    better: null,
    description: 'changes, by node that they were sent to',
    column: 'result.networkProgramming.changes',
  }),
  cluster({
    name: 'networkProgramming.pending',
    unit: 'count',
    better: 'lower',
    description: 'changes, by node, that were not in force when the run ended',
    column: 'result.networkProgramming.pending',
  }),
  stale('mean', 'mean'),
  stale('max', 'longest'),
  stale('total', 'sum of the'),
  cluster({
    name: 'staleView.pods',
    unit: 'count',
    better: 'lower',
    description: 'pods, by node, that rules named after they had stopped',
    column: 'stale.pods',
  }),
  cluster({
    name: 'staleView.stopped',
    unit: 'count',
    better: null,
    description: 'how often a pod behind a Service that is called stopped taking connections',
    column: 'result.windows.pods_stopped',
  }),
  rollout('lost', 'lost', 'requests due during rollouts, to Services of the workload, that failed'),
  rollout('lostLate', 'lost_late', 'those of them that failed after the rollout had ended'),
  rollout('unfinished', 'unfinished', 'those of them still in flight when the run was cut off'),
  ...ERROR_CAUSES.map((cause) =>
    rollout(`errors.${cause}`, cause, `those of them whose last attempt failed by ${cause}`),
  ),
  rollout('requests', 'requests', 'requests due during rollouts, to Services of the workload'),
  cluster({
    name: 'rollout.duration',
    unit: 'duration',
    better: 'lower',
    description: 'length of the longest rollout; of one that is not complete, so far',
    column: 'rollouts.completed_s',
  }),
  cluster({
    name: 'rollout.incomplete',
    unit: 'count',
    better: 'lower',
    description: 'rollouts that were not complete when the run ended',
    column: 'rollouts.completed_s',
  }),
  rollout(
    'deadlineExceeded',
    'deadline_exceeded',
    'rollouts without progress for progressDeadlineSeconds',
  ),
  worst('requests', 'requests', { unit: 'count', what: 'number of requests' }),
  least('requests', 'requests', 'number of requests'),
  worst('errors', 'errors', { unit: 'count', what: 'number of failed requests' }),
  worst('errorRatio', 'errors', { unit: 'ratio', what: 'share of failed requests' }),
  worst('latency.p50', 'latency_ms_p50', { unit: 'duration', what: 'median latency' }),
  worst('latency.p99', 'latency_ms_p99', { unit: 'duration', what: '99th percentile of latency' }),
  worst('readyPods', 'ready_pods', { unit: 'count', what: 'number of ready pods at the end' }),
  least('readyPods', 'ready_pods', 'number of ready pods at the end'),
  cluster({
    name: 'window.open',
    unit: 'duration',
    better: null,
    description: 'time for which the window was open',
    column: 'result.windows.open_s',
  }),
  whole({
    name: 'inFlight.mean',
    unit: 'number',
    better: 'lower',
    description: 'time average of requests in flight, from when they are due to their end',
    column: 'result.totals.little_l',
  }),
  counted('connections.opened', 'connections_opened', {
    better: null,
    what: 'connections opened, the warm-up included',
  }),
  counted('connections.closed', 'connections_closed', {
    better: null,
    what: 'connections closed, the warm-up included',
  }),
  counted('connections.open', 'connections_open', {
    better: null,
    what: 'connections open at the end of the run',
  }),
  counted('proxy.syncs', 'syncs', {
    better: null,
    what: 'syncs of all kube-proxies that succeeded',
  }),
  counted('proxy.syncFailures', 'sync_failures', {
    better: 'lower',
    what: 'syncs of all kube-proxies that failed',
  }),
  counted('dns.lookups', 'dns_lookups', { better: null, what: 'calls of getaddrinfo()' }),
  counted('dns.failures', 'dns_failures', {
    better: 'lower',
    what: 'calls of getaddrinfo() that failed',
  }),
  counted('dns.queries', 'dns_queries', { better: null, what: 'DNS queries of client pods' }),
  counted('dns.served', 'dns_queries_served', {
    better: null,
    what: 'DNS queries that reached a CoreDNS pod',
  }),
];

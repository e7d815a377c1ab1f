/** Metrics of the pods behind a Service: of one Service, or of all of them. */
import { PLAIN } from './metric.ts';
import type { Metric } from './metric.ts';

type Parts = Pick<Metric, 'unit' | 'better' | 'overServices' | 'description'>;

const balance = (name: string, column: string, parts: Parts): Metric => ({
  ...PLAIN,
  name: `balance.${name}`,
  scope: 'service',
  column: `balance.${column}`,
  ...parts,
});

const pods = (name: string, column: string, parts: Parts): Metric => ({
  ...PLAIN,
  name: `pods.${name}`,
  scope: 'service',
  column: `pods.${column}`,
  ...parts,
});

/** The less the better: the largest counts. */
const LOW = { better: 'lower', overServices: 'max' } as const;
const HIGH = { better: 'higher', overServices: 'min' } as const;
/** Neither is better. */
const SUM = { better: null, overServices: 'sum' } as const;
const number = 'number';

export const SERVICE_METRICS: readonly Metric[] = [
  balance('pods', 'pods', {
    ...SUM,
    unit: 'count',
    description: 'pods that were ready, and not terminating, at some time',
  }),
  balance('requests', 'requests', {
    ...SUM,
    unit: 'count',
    description: 'attempts that reached a pod',
  }),
  balance('maxOverMean', 'max_over_mean', {
    ...LOW,
    unit: number,
    description: 'requests of the busiest pod ÷ its fair share',
  }),
  balance('minOverMean', 'min_over_mean', {
    ...HIGH,
    unit: number,
    description: 'requests of the idlest pod ÷ its fair share',
  }),
  balance('cv', 'cv', {
    ...LOW,
    unit: number,
    description: 'standard deviation ÷ mean of requests per pod',
  }),
  balance('jain', 'jain', {
    ...HIGH,
    unit: number,
    description: 'index of fairness of Jain, 1/n to 1',
  }),
  balance('chiSquare', 'chi_square', {
    ...LOW,
    unit: number,
    description: 'chi-square statistic of requests per pod against fair shares',
  }),
  balance('pValue', 'p_value', {
    unit: number,
    better: null,
    overServices: 'min',
    description: 'probability of a chi-square as large by chance alone',
  }),
  pods('requests.max', 'requests', {
    better: null,
    overServices: 'max',
    unit: 'count',
    description: 'attempts that reached the busiest pod',
  }),
  pods('requests.min', 'requests', {
    better: null,
    overServices: 'min',
    unit: 'count',
    description: 'attempts that reached the idlest pod of those that were ready at some time',
  }),
  pods('share.max', 'share', {
    ...LOW,
    unit: 'ratio',
    description: "share of the Service's requests that the busiest pod got",
  }),
  pods('connections.max', 'connections', {
    better: null,
    overServices: 'max',
    unit: 'count',
    description: 'connections opened to the pod with the most of them',
  }),
  pods('connections.sum', 'connections', {
    ...SUM,
    unit: 'count',
    description: 'connections opened to all pods',
  }),
  pods('inFlight.mean.max', 'in_flight_mean', {
    ...LOW,
    unit: number,
    description: 'time average of requests in the pod that holds the most',
  }),
  pods('inFlight.mean.sum', 'in_flight_mean', {
    better: 'lower',
    overServices: 'sum',
    unit: number,
    description: 'time average of requests in all pods',
  }),
  pods('inFlight.max', 'in_flight_max', {
    ...LOW,
    unit: 'count',
    description: 'most requests that were in one pod at once',
  }),
  pods('queue.mean', 'queue_ms_mean', {
    ...LOW,
    unit: 'duration',
    description: 'mean wait for a worker, the mean of each pod weighted by its requests',
  }),
  pods('queue.mean.max', 'queue_ms_mean', {
    ...LOW,
    unit: 'duration',
    description: 'mean wait for a worker of the pod with the longest',
  }),
  pods('latency.p99.max', 'latency_ms_p99', {
    ...LOW,
    unit: 'duration',
    description: '99th percentile of the time in the pod, of the pod with the longest',
  }),
  pods('utilisation.max', 'utilisation', {
    ...LOW,
    unit: 'ratio',
    description: 'busy workers ÷ workers, time average over the window, of the busiest pod',
  }),
  pods('utilisation.mean', 'utilisation', {
    ...LOW,
    unit: number,
    description:
      'busy time ÷ ready time, over pods: Σ utilisation × window ÷ Σ ready; above 1 where pods work on after they are not ready',
  }),
  pods('ready.min', 'ready_s', {
    ...HIGH,
    unit: 'duration',
    description: 'time for which a pod was ready, of the one with the least',
  }),
];

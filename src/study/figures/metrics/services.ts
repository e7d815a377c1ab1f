/** What the pods behind Services took: of one Service, or over all of them as the metric says. */
import { METRICS } from '../../../contract/metrics.ts';
import type { Metric } from '../../../contract/metrics.ts';
import type { PodResult } from '../../../contract/result.ts';
import { quantileOf } from '../../../stats/histogram-data.ts';
import { largest, smallest, sumOf } from './facts.ts';
import type { Measure, ServiceFacts } from './facts.ts';

type ServiceMeasure = (service: ServiceFacts) => number | null;

/** A figure of each pod, of those that have it. */
const each = (
  { pods }: ServiceFacts,
  value: (pod: PodResult) => number | null,
): readonly number[] => pods.map(value).filter((found) => found !== null);

const mostOf =
  (value: (pod: PodResult) => number | null): ServiceMeasure =>
  (service) =>
    largest(each(service, value));

const totalOf =
  (value: (pod: PodResult) => number): ServiceMeasure =>
  (service) =>
    service.pods.length === 0 ? null : sumOf(each(service, value));

const MEASURES: readonly (readonly [metric: string, ServiceMeasure])[] = [
  ['balance.pods', ({ balance }) => balance.pods],
  ['balance.requests', ({ balance }) => balance.requests],
  ['balance.maxOverMean', ({ balance }) => balance.maxOverMean],
  ['balance.minOverMean', ({ balance }) => balance.minOverMean],
  ['balance.cv', ({ balance }) => balance.cv],
  ['balance.jain', ({ balance }) => balance.jain],
  ['balance.chiSquare', ({ balance }) => balance.chiSquare],
  ['balance.pValue', ({ balance }) => balance.pValue],
  ['pods.requests.max', mostOf(({ requests }) => requests)],
  [
    'pods.requests.min',
    (service) => smallest(each(service, ({ requests, fairNs }) => (fairNs > 0 ? requests : null))),
  ],
  [
    'pods.share.max',
    (service) => {
      const all = service.balance.requests;
      return all === 0 ? null : largest(each(service, ({ requests }) => requests / all));
    },
  ],
  ['pods.connections.max', mostOf(({ connections }) => connections)],
  ['pods.connections.sum', totalOf(({ connections }) => connections)],
  ['pods.inFlight.mean.max', mostOf(({ inFlightMean }) => inFlightMean)],
  ['pods.inFlight.mean.sum', totalOf(({ inFlightMean }) => inFlightMean)],
  ['pods.inFlight.max', mostOf(({ inFlightMax }) => inFlightMax)],
  [
    'pods.queue.mean',
    ({ pods, balance }) =>
      balance.requests === 0
        ? null
        : sumOf(pods.map(({ queueNsMean, requests }) => queueNsMean * requests)) / balance.requests,
  ],
  [
    'pods.queue.mean.max',
    mostOf(({ queueNsMean, requests }) => (requests === 0 ? null : queueNsMean)),
  ],
  [
    'pods.latency.p99.max',
    mostOf(({ latency }) => (latency.count === 0 ? null : quantileOf(latency, 0.99))),
  ],
  ['pods.utilisation.max', mostOf(({ utilisation }) => utilisation)],
  [
    'pods.utilisation.mean',
    ({ pods, openNs }) => {
      const readyNs = sumOf(pods.map((pod) => pod.readyNs));
      const busyNs = sumOf(pods.map(({ utilisation }) => utilisation * openNs));
      return readyNs === 0 ? null : busyNs / readyNs;
    },
  ],
  ['pods.ready.min', (service) => smallest(each(service, ({ readyNs }) => readyNs))],
];

const OVER_SERVICES: Readonly<
  Record<NonNullable<Metric['overServices']>, (values: readonly number[]) => number | null>
> = {
  max: largest,
  min: smallest,
  sum: (values) => (values.length === 0 ? null : sumOf(values)),
};

export const SERVICE_MEASURES: readonly (readonly [metric: string, Measure])[] = MEASURES.map(
  ([metric, measure]) => {
    const over = OVER_SERVICES[METRICS.find(({ name }) => name === metric)!.overServices!];
    return [
      metric,
      (facts, { window, service }) =>
        over(
          facts.servicesIn(window).flatMap((found) => {
            const asked = service === null || found.balance.service === service;
            return asked ? (measure(found) ?? []) : [];
          }),
        ),
    ];
  },
);

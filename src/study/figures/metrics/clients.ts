/** What clients see: latencies, failures, counts. */
import { MEASURED_REASONS } from '../../../contract/metrics.ts';
import { RETRY_ENDS } from '../../../contract/failures.ts';
import { ERROR_CAUSES } from '../../../contract/plan.ts';
import type { ClientFigures } from '../client-figures.ts';
import { callsPerRequest } from '../calls.ts';
import { figureOf, QUANTILES } from '../distribution-figures.ts';
import type { Measure } from './facts.ts';

/** Of the clients in the scope. */
const of =
  (value: (figures: ClientFigures) => number | null): Measure =>
  (facts, scope) =>
    value(facts.clients(scope));

/** Of those to whom a request was due. */
const ofRequests = (value: (figures: ClientFigures) => number): Measure =>
  of((figures) => (figures.requests === 0 ? null : value(figures)));

export const CLIENT_MEASURES: readonly (readonly [metric: string, Measure])[] = [
  ...['mean', ...QUANTILES.keys(), 'max'].map((figure): [string, Measure] => {
    const metric = `latency.${figure}`;
    return [metric, of(({ latency }) => figureOf(latency, metric))];
  }),
  ['errors.ratio', ofRequests(({ failed, requests }) => failed / requests)],
  ['errors.count', ofRequests(({ failed }) => failed)],
  ['errors.unfinished', ofRequests(({ unfinished, requests }) => unfinished / requests)],
  ...ERROR_CAUSES.map((cause): [string, Measure] => [
    `errors.${cause}`,
    ofRequests(({ errors, requests }) => (errors.get(cause) ?? 0) / requests),
  ]),
  ...MEASURED_REASONS.map((reason): [string, Measure] => [
    `errors.${reason}`,
    ofRequests(({ reasons, requests }) => (reasons.get(reason) ?? 0) / requests),
  ]),
  ...RETRY_ENDS.map((end): [string, Measure] => [
    `errors.retry.${end}`,
    ofRequests(({ retries, requests }) => (retries.get(end) ?? 0) / requests),
  ]),
  ['requests', of(({ requests }) => requests)],
  ['succeeded', ofRequests(({ succeeded }) => succeeded)],
  ['attempts.perRequest', ofRequests(({ attempts, requests }) => attempts / requests)],
  ['calls.perRequest', ({ run }, scope) => callsPerRequest(run, scope)],
  [
    'circuitBreaker.open',
    of(({ circuit: { openNs, podNs } }) => (podNs === 0 ? null : openNs / podNs)),
  ],
  [
    'throughput',
    (facts, scope) => {
      const { completed } = facts.clients(scope);
      const seconds = facts.openNs(scope.window) / 1e9;
      return seconds > 0 ? completed / seconds : null;
    },
  ],
];

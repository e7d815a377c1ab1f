/**
 * What pods called for those whom they served: how often, how long it took, how it ended, and how much of what callers
 * waited it was. A sentence first: where retries multiply most, or else where the time goes.
 */
import type { PlannedClient } from '../../contract/plan.ts';
import { callersOf } from '../../contract/traffic/client.ts';
import { Histogram } from '../../stats/histogram.ts';
import { clientFigures } from '../../study/figures/client-figures.ts';
import type { VariantRuns } from '../../study/study.ts';
import {
  formatCount,
  formatRatio,
  formatShare,
  formatSignificant,
  formatTime,
} from '../numbers.ts';
import { grid } from './grid.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** What is told of one call, over all replications. */
interface Hop {
  readonly name: string;
  /** Requests of it, and attempts, for each request of the callers. */
  readonly requests: number;
  readonly attempts: number;
  readonly perRequest: number;
  readonly errors: number;
  readonly latency: Histogram;
  /** Time in it, over that of all callers; calls of calls are in it, too. */
  readonly share: number;
}

/** Attempts for each request from which on retries are worth a sentence. */
const MULTIPLIES = 1.05;

function figuresOf({ runs }: VariantRuns, client: string | null) {
  const each = runs.map((run) => clientFigures(run, { window: 'all', client }));
  const latency = new Histogram(each[0]?.latency.precision);
  for (const one of each) latency.merge(one.latency);
  const sum = (of: (one: (typeof each)[number]) => number): number =>
    each.reduce((total, one) => total + of(one), 0);
  return {
    requests: sum((one) => one.requests),
    attempts: sum((one) => one.attempts),
    failed: sum((one) => one.failed),
    latency,
  };
}

/** Each call that was made, in the order of the plan. */
function hopsOf(variant: VariantRuns): readonly Hop[] {
  const callers = figuresOf(variant, null);
  const waited = callers.latency.mean() * callers.latency.count;
  return variant.plan.clients
    .filter(({ origin }) => origin !== null)
    .flatMap(({ name }: PlannedClient): Hop[] => {
      const { attempts, failed, latency, requests } = figuresOf(variant, name);
      if (requests === 0 || callers.requests === 0 || latency.count === 0) return [];
      return [
        {
          name,
          requests: requests / callers.requests,
          attempts: attempts / callers.requests,
          perRequest: attempts / requests,
          errors: failed / requests,
          latency,
          share: (latency.mean() * latency.count) / waited,
        },
      ];
    });
}

function sentenceOf(variant: VariantRuns, hops: readonly Hop[]): string {
  const names = callersOf(variant.plan).map(({ name }) => name);
  const of = names.length === 1 ? names[0]! : 'the clients';
  const multiplied = hops.filter(({ perRequest }) => perRequest >= MULTIPLIES);
  const most = (value: (hop: Hop) => number, among: readonly Hop[]): Hop =>
    among.reduce((best, hop) => (value(hop) > value(best) ? hop : best));
  if (multiplied.length > 0) {
    const { attempts, name, requests } = most((hop) => hop.attempts, multiplied);
    return `Each request of ${of} becomes ${formatSignificant(attempts)} attempts at ${name}, ${formatSignificant(requests)} requests and their retries.`;
  }
  const { latency, name, share } = most((hop) => hop.share, hops);
  return `Of what ${of} wait${names.length === 1 ? 's' : ''}, ${name} is most: ${formatTime(latency.mean())} a request, ${formatShare(share)} of the latency.`;
}

/** Nothing where no pod called another Service. */
export function callLines(variant: VariantRuns, style: Style): readonly string[] {
  const hops = hopsOf(variant);
  if (hops.length === 0) return [];
  const [first, ...rest] = grid(
    [
      ['Calls', 'per request', 'attempts', 'mean', 'p50', 'p99', 'errors', 'of latency', 'n'],
      ...hops.map(({ attempts, errors, latency, name, requests, share }) => [
        name,
        formatSignificant(requests),
        formatSignificant(attempts),
        formatTime(latency.mean()),
        formatTime(latency.quantile(0.5)),
        formatTime(latency.quantile(0.99)),
        formatRatio(errors),
        formatShare(share),
        formatCount(latency.count),
      ]),
    ],
    'lrrrrrrrr',
  );
  const note =
    'Requests and attempts for each request of the callers. Calls at once, and calls of calls, count each for itself, so that shares may add up to more than the whole.';
  return [
    ...wrap(sentenceOf(variant, hops)),
    style.bold(first!),
    ...rest,
    ...wrap(note).map(style.dim),
  ];
}

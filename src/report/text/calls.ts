/**
 * What pods called for those whom they served: how often, how long it took, how it ended, and how much of what callers
 * waited it was. A sentence first: where retries multiply most, or else where the time goes.
 */
import type { PlannedClient } from '../../contract/plan.ts';
import type { HistogramData } from '../../contract/result.ts';
import { callersOf } from '../../contract/traffic/client.ts';
import { pooled } from '../../stats/histogram.ts';
import { meanOf, quantileOf } from '../../stats/histogram-data.ts';
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
  readonly latency: HistogramData;
  /** Time in it, over that of all callers; calls of calls are in it, too. */
  readonly share: number;
}

/** Attempts for each request from which on retries are worth a sentence. */
const MULTIPLIES = 1.05;
/** And by how much a window has to stand out from the whole to be named. */
const STANDS_OUT = 1.2;

function figuresOf({ runs }: VariantRuns, client: string | null, window: string) {
  const each = runs.map((run) => clientFigures(run, { window, client }));
  const sum = (of: (one: (typeof each)[number]) => number): number =>
    each.reduce((total, one) => total + of(one), 0);
  return {
    requests: sum((one) => one.requests),
    attempts: sum((one) => one.attempts),
    failed: sum((one) => one.failed),
    latency: pooled(each.map(({ latency }) => latency)),
  };
}

/** Each call that was made for requests of the window, in the order of the plan. */
function hopsOf(variant: VariantRuns, window: string): readonly Hop[] {
  const callers = figuresOf(variant, null, window);
  const waited = callers.latency.sum;
  return variant.plan.clients
    .filter(({ origin }) => origin !== null)
    .flatMap(({ name }: PlannedClient): Hop[] => {
      const { attempts, failed, latency, requests } = figuresOf(variant, name, window);
      if (requests === 0 || callers.requests === 0 || latency.count === 0) return [];
      return [
        {
          name,
          requests: requests / callers.requests,
          attempts: attempts / callers.requests,
          perRequest: attempts / requests,
          errors: failed / requests,
          latency,
          share: latency.sum / waited,
        },
      ];
    });
}

const most = <T>(value: (one: T) => number, among: readonly T[]): T =>
  among.reduce((best, one) => (value(one) > value(best) ? one : best));

/** Where retries multiply most: the call, and the window if it is one that stands out; null: nowhere. */
function multiplied(
  variant: VariantRuns,
): { readonly hop: Hop; readonly window: string; readonly whole: number } | null {
  const found = variant.plan.windows.flatMap(({ name: window }) =>
    hopsOf(variant, window)
      .filter(({ perRequest }) => perRequest >= MULTIPLIES)
      .map((hop) => ({ hop, window })),
  );
  if (found.length === 0) return null;
  const worst = most(({ hop }) => hop.attempts, found);
  const whole = hopsOf(variant, 'all').find(({ name }) => name === worst.hop.name);
  const standsOut = whole === undefined || worst.hop.attempts > whole.attempts * STANDS_OUT;
  if (standsOut) return { ...worst, whole: whole?.attempts ?? 0 };
  return { hop: whole, window: 'all', whole: whole.attempts };
}

function sentenceOf(variant: VariantRuns, hops: readonly Hop[]): string {
  const names = callersOf(variant.plan).map(({ name }) => name);
  const of = names.length === 1 ? names[0]! : 'the clients';
  const worst = multiplied(variant);
  if (worst !== null) {
    const { hop, whole, window } = worst;
    const during =
      window === 'all' ? '' : ` during ${window} (${formatSignificant(whole)} over the whole run)`;
    return `Each request of ${of} becomes ${formatSignificant(hop.attempts)} attempts at ${hop.name}${during}: ${formatSignificant(hop.requests)} requests and their retries.`;
  }
  const { latency, name, share } = most((hop) => hop.share, hops);
  return `Of the calls that ${of} wait${names.length === 1 ? 's' : ''} for, ${name} takes most: ${formatTime(meanOf(latency))} a request, ${formatShare(share)} of the latency.`;
}

/** Nothing where no pod called another Service. */
export function callLines(variant: VariantRuns, style: Style): readonly string[] {
  const hops = hopsOf(variant, 'all');
  if (hops.length === 0) return [];
  const [first, ...rest] = grid(
    [
      ['Calls', 'per request', 'attempts', 'mean', 'p50', 'p99', 'errors', 'of latency', 'n'],
      ...hops.map(({ attempts, errors, latency, name, requests, share }) => [
        name,
        formatSignificant(requests),
        formatSignificant(attempts),
        formatTime(meanOf(latency)),
        formatTime(quantileOf(latency, 0.5)),
        formatTime(quantileOf(latency, 0.99)),
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

/** The course of a run: its intervals and windows, and what it counts as a whole. */
import type { IntervalResult, RunResult } from '../../../contract/result.ts';
import { quantileOf } from '../../../stats/histogram-data.ts';
import { largest, smallest } from './facts.ts';
import type { Measure } from './facts.ts';

type OfInterval = (interval: IntervalResult) => number | null;

const intervals = ({ timeline }: RunResult, value: OfInterval): readonly number[] =>
  timeline.map(value).filter((found) => found !== null);

const most =
  (value: OfInterval): Measure =>
  ({ run }) =>
    largest(intervals(run, value));

const least =
  (value: OfInterval): Measure =>
  ({ run }) =>
    smallest(intervals(run, value));

const latency =
  (q: number): OfInterval =>
  ({ latency: data }) =>
    data.count === 0 ? null : quantileOf(data, q);

const total =
  (value: (totals: RunResult['totals']) => number): Measure =>
  ({ run }) =>
    value(run.totals);

/** Null where no name was looked up. */
const dns = (name: keyof RunResult['totals']['dns']): Measure => {
  return ({ run }) => (run.totals.dns.lookups === 0 ? null : run.totals.dns[name]);
};

export const COURSE_MEASURES: readonly (readonly [metric: string, Measure])[] = [
  ['timeline.requests.max', most(({ requests }) => requests)],
  ['timeline.requests.min', least(({ requests }) => requests)],
  ['timeline.errors.max', most(({ errors }) => errors)],
  [
    'timeline.errorRatio.max',
    most(({ errors, requests }) => (requests === 0 ? null : errors / requests)),
  ],
  ['timeline.latency.p50.max', most(latency(0.5))],
  ['timeline.latency.p99.max', most(latency(0.99))],
  ['timeline.readyPods.max', most(({ readyPods }) => readyPods)],
  ['timeline.readyPods.min', least(({ readyPods }) => readyPods)],
  ['window.open', (facts, { window }) => facts.openNs(window)],
  ['inFlight.mean', total(({ littleL }) => littleL)],
  ['connections.opened', total(({ connectionsOpened }) => connectionsOpened)],
  ['connections.closed', total(({ connectionsClosed }) => connectionsClosed)],
  ['connections.open', total(({ connectionsOpen }) => connectionsOpen)],
  ['proxy.syncs', total(({ syncs }) => syncs)],
  ['proxy.syncFailures', total(({ syncFailures }) => syncFailures)],
  ['dns.lookups', dns('lookups')],
  ['dns.failures', dns('failures')],
  ['dns.queries', dns('queries')],
  ['dns.served', dns('served')],
];

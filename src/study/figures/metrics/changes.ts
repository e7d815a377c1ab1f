/** How the cluster follows changes: rules, stale views, rollouts. */
import { ERROR_CAUSES } from '../../../contract/plan.ts';
import type { RolloutResult } from '../../../contract/result.ts';
import { figureOf } from '../distribution-figures.ts';
import { networkProgramming } from '../network-programming.ts';
import { durationNs, requestsLost, rolloutsIn } from '../rollouts.ts';
import { staleView } from '../stale-view.ts';
import type { StaleView } from '../stale-view.ts';
import { largest, sumOf } from './facts.ts';
import type { Measure } from './facts.ts';

/** Null where no pod stopped, and none was named that had stopped before: by a node that has just come back, say. */
const stale =
  (value: (view: StaleView) => number): Measure =>
  ({ run }, { window }) => {
    const view = staleView(run, window);
    return view.stopped === 0 && view.pods === 0 ? null : value(view);
  };

/** Null where there was no rollout. */
const rollouts =
  (value: (rollouts: readonly RolloutResult[]) => number | null): Measure =>
  ({ run }, { window }) => {
    const found = rolloutsIn(run, window);
    return found.length === 0 ? null : value(found);
  };

const summed = (value: (rollout: RolloutResult) => number): Measure =>
  rollouts((found) => sumOf(found.map(value)));

export const CHANGE_MEASURES: readonly (readonly [metric: string, Measure])[] = [
  ...['mean', 'p50', 'p90', 'p99', 'max'].map((figure): [string, Measure] => {
    const metric = `networkProgramming.${figure}`;
    return [
      metric,
      ({ run }, { window }) => figureOf(networkProgramming(run, window).latency, metric),
    ];
  }),
  ['networkProgramming.changes', ({ run }, { window }) => networkProgramming(run, window).changes],
  [
    'networkProgramming.pending',
    ({ run }, { window }) => {
      const { changes, pending } = networkProgramming(run, window);
      return changes === 0 ? null : pending;
    },
  ],
  ['staleView.mean', stale(({ meanNs }) => meanNs)],
  ['staleView.max', stale(({ maxNs }) => maxNs)],
  ['staleView.total', stale(({ totalNs }) => totalNs)],
  ['staleView.pods', stale(({ pods }) => pods)],
  ['staleView.stopped', ({ run }, { window }) => staleView(run, window).stopped],
  ['rollout.lost', summed(requestsLost)],
  ['rollout.lostLate', summed(({ lateErrors }) => lateErrors)],
  ['rollout.unfinished', summed(({ unfinished }) => unfinished)],
  ...ERROR_CAUSES.map((cause): [string, Measure] => [
    `rollout.errors.${cause}`,
    summed(({ errors }) => errors[cause] ?? 0),
  ]),
  ['rollout.requests', summed(({ requests }) => requests)],
  ['rollout.duration', rollouts((found) => largest(found.map(durationNs)))],
  ['rollout.incomplete', summed(({ completedNs }) => (completedNs === null ? 1 : 0))],
  ['rollout.deadlineExceeded', summed(({ deadlineExceeded }) => (deadlineExceeded ? 1 : 0))],
];

/** Rollouts of one run: those that opened a window, or all of them. */
import type { RolloutResult, RunResult } from '../../contract/result.ts';

/** In the order in which they began; those of the window `all` are all. */
export function rolloutsIn({ rollouts }: RunResult, window: string): readonly RolloutResult[] {
  return window === 'all' ? rollouts : rollouts.filter((rollout) => rollout.window === window);
}

/** Requests that did not succeed, those that a run was cut off from included. */
export function requestsLost({ errors, unfinished }: RolloutResult): number {
  return Object.values(errors).reduce((sum, count) => sum + count, unfinished);
}

/** From its start until it was complete or, where it was not, until the run or it itself ended, ns. */
export function durationNs({ startedNs, completedNs, endedNs }: RolloutResult): number {
  return (completedNs ?? endedNs) - startedNs;
}

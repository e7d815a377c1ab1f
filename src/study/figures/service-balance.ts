/**
 * How evenly the pods of each Service were loaded in one window of one run. A pod's fair share is that of
 * requests which arrive evenly over the window and go, each, to one of the pods that are ready then, all
 * alike: a pod that was there for half of the window owes less, and how much less depends on how many others there were.
 */
import type { PodResult, RunResult } from '../../contract/result.ts';
import { balanceOf } from '../../stats/balance.ts';

/** The balance of one Service; figures are null where it had no requests. See stats/balance.ts for each. */
export interface ServiceBalance {
  readonly service: string;
  /** Pods that were ready, and not terminating, at some time. */
  readonly pods: number;
  readonly requests: number;
  readonly maxOverMean: number | null;
  readonly minOverMean: number | null;
  readonly cv: number | null;
  readonly jain: number | null;
  readonly chiSquare: number | null;
  readonly pValue: number | null;
}

const NO_BALANCE = {
  maxOverMean: null,
  minOverMean: null,
  cv: null,
  jain: null,
  chiSquare: null,
  pValue: null,
} as const;

/** One row a Service, in the order in which the run lists them. */
export function serviceBalances(run: RunResult, window: string): readonly ServiceBalance[] {
  const byService = new Map<string, PodResult[]>();
  for (const pod of run.pods) {
    if (pod.window !== window) continue;
    const pods = byService.get(pod.service);
    if (pods === undefined) byService.set(pod.service, [pod]);
    else pods.push(pod);
  }
  return [...byService].map(([service, pods]) => ({
    service,
    pods: pods.filter(({ fairNs }) => fairNs > 0).length,
    requests: pods.reduce((sum, { requests }) => sum + requests, 0),
    ...(balanceOf(
      pods.map(({ requests }) => requests),
      pods.map(({ fairNs }) => fairNs),
    ) ?? NO_BALANCE),
  }));
}

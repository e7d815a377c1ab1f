/**
 * How many picks of a pod there were in effect. A request over a connection of its own is one; requests that share a
 * connection are one together. Where some connections are busier than others, there are as many as
 * equally busy ones would be as uneven: Kish's effective size, (Σr)² / Σr² (L. Kish, Survey Sampling, 1965, section 11.2).
 */
import type { Plan, PlannedClient } from '../../contract/plan.ts';
import type { RunResult, SharedConnectionsResult } from '../../contract/result.ts';

/** Connections that carry several requests each, and what goes over them. */
export interface Sharing {
  readonly connections: number;
  readonly requests: number;
  /** Sum of the squares of the requests of each. */
  readonly squares: number;
}

/**
 * The connections to a Service that requests shared, and the pod with them. None where all that call it have a balancer
 * that picks for each request, however few the connections are to each pod.
 */
export function sharedConnectionsTo(
  service: string,
  plan: Plan,
  run: RunResult,
): readonly SharedConnectionsResult[] {
  const callers = plan.clients.filter(
    ({ target }) =>
      target.kind !== 'unknownAddress' && plan.services[target.service]!.label === service,
  );
  if (callers.every(picksForEachRequest)) return [];
  return run.sharedConnections.filter((row) => row.service === service);
}

const picksForEachRequest = ({ balancer }: PlannedClient): boolean =>
  balancer !== null && balancer.policy.kind !== 'pick_first';

export function sharingOver(rows: readonly SharedConnectionsResult[]): Sharing {
  const total = (of: (row: SharedConnectionsResult) => number): number =>
    rows.reduce((sum, row) => sum + of(row), 0);
  return {
    connections: total(({ connections }) => connections),
    requests: total(({ requests }) => requests),
    squares: total(({ squares }) => squares),
  };
}

/** Of so many requests, of which some share connections; 0 where there are none. */
export function picksOf(all: number, { requests, squares }: Sharing): number {
  const alone = Math.max(0, all - requests);
  return requests + alone === 0 ? 0 : (requests + alone) ** 2 / (squares + alone);
}

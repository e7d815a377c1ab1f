/** Clusters for tests of faults: pods spread over nodes, and clients that wait no longer than they say. */
import type {
  Plan,
  PlannedClient,
  PlannedFault,
  TimelineAction,
} from '../../../src/contract/plan.ts';
import type { ClientResult, RunResult } from '../../../src/contract/result.ts';
import { constant, ms, plan, sec, type PlanOptions } from '../plans.ts';

export interface ClusterOptions extends PlanOptions {
  /** By pod: its node. Nodes are 0 (no clients), 1, 2, … */
  readonly podNodes: readonly number[];
  readonly zones?: readonly string[];
  readonly faults?: readonly PlannedFault[];
  /** Of the window that actions open. */
  readonly window?: string;
}

/** Calls over a network of 0.25 ms; every request on a connection of its own, unless told otherwise. */
export function cluster({
  podNodes,
  zones,
  faults,
  window = 'outage',
  ...options
}: ClusterOptions): Plan {
  const made = plan({
    pods: podNodes.length,
    hop: ms(0.25),
    service: constant(ms(1)),
    ...options,
    windows: [{ name: window, from: null, to: null }],
    workload: { concurrency: 100, ...options.workload },
  });
  const [workload] = made.workloads;
  const pods = workload!.pods.map((pod, i) => ({ ...pod, node: podNodes[i]! }));
  return {
    ...made,
    nodes: made.nodes.map((node, i) => ({ ...node, zone: zones?.[i] ?? null })),
    workloads: [{ ...workload!, pods }, ...made.workloads.slice(1)],
    faults: faults ?? [],
  };
}

/** A client that gives up connecting after a second and waiting after two. */
export const IMPATIENT: Partial<PlannedClient> = { connectTimeout: sec(1), timeout: sec(2) };

/** The first window of actions. */
export const WINDOW = 1;

export const of = (result: RunResult, window = 'all'): ClientResult =>
  result.clients.find((client) => client.window === window)!;

export const failed = ({ errors }: ClientResult): number =>
  Object.values(errors).reduce((sum, count) => sum + count, 0);

/** Errors by second of the measurement. */
export const errorsBySecond = ({ timeline }: RunResult): number[] =>
  timeline.map(({ errors }) => errors);

export const nodeDown = (
  node: number,
  at: number,
  lasts: number | null = null,
): TimelineAction => ({
  kind: 'nodeDown',
  node,
  at: sec(at) as number as TimelineAction['at'],
  lasts: lasts === null ? null : sec(lasts),
  window: WINDOW,
});

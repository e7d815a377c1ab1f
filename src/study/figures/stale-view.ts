/** The stale view of the nodes in one window of one run: how long their rules named pods that had stopped. */
import type { RunResult } from '../../contract/result.ts';

export interface StaleView {
  /** How often a pod behind a Service that is called stopped. */
  readonly stopped: number;
  /** Over nodes: pods that one named after they had stopped. */
  readonly pods: number;
  /** Over these, ns: mean, longest and sum; 0 where there are none. */
  readonly meanNs: number;
  readonly maxNs: number;
  readonly totalNs: number;
}

/** Pools the nodes of a run. */
export function staleView(run: RunResult, window: string): StaleView {
  const { stopped, nodes } = run.staleView.find((each) => each.window === window)!;
  const pods = nodes.reduce((sum, node) => sum + node.pods, 0);
  const totalNs = nodes.reduce((sum, node) => sum + node.totalNs, 0);
  const maxNs = nodes.reduce((most, node) => Math.max(most, node.maxNs), 0);
  return { stopped, pods, meanNs: pods > 0 ? totalNs / pods : 0, maxNs, totalNs };
}

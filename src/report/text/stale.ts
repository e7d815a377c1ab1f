/** How long nodes named pods that had stopped. */
import { metricEstimate } from '../../study/figures/metrics.ts';
import { overall } from '../../study/figures/query.ts';
import { staleView } from '../../study/figures/stale-view.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatCount, formatTime, plural } from '../numbers.ts';
import { formatEstimate } from './estimates.ts';

/** Nodes that are named as the worst. */
const WORST = 3;

/** The nodes that named a pod for longest, in any replication: `worker-3 2.9s`. */
function worstNodes({ runs }: VariantRuns): readonly string[] {
  const longest = new Map<string, number>();
  for (const { staleView: views } of runs) {
    for (const { node, maxNs } of views[0]!.nodes) {
      longest.set(node, Math.max(maxNs, longest.get(node) ?? 0));
    }
  }
  return [...longest]
    .sort(([, a], [, b]) => b - a)
    .slice(0, WORST)
    .map(([node, maxNs]) => `${node} ${formatTime(maxNs)}`);
}

/** Over the replications. */
interface StaleFigures {
  /** Pods that stopped. */
  readonly stopped: number;
  /** How often a node named one of them for too long. */
  readonly pods: number;
  /** For how long on average. */
  readonly mean: string;
  /** The worst nodes, with the longest of each. */
  readonly worst: readonly string[];
}

/** Null where no pod stopped. */
export function staleFigures(variant: VariantRuns): StaleFigures | null {
  const views = variant.runs.map((run) => staleView(run, 'all'));
  const sum = (of: (one: (typeof views)[number]) => number): number =>
    views.reduce((total, one) => total + of(one), 0);
  const stopped = sum((one) => one.stopped);
  if (stopped === 0) return null;
  return {
    stopped,
    pods: sum((one) => one.pods),
    mean: formatEstimate(metricEstimate(variant, overall('staleView.mean')), formatTime),
    worst: worstNodes(variant),
  };
}

/** Null where no pod stopped. */
export function staleText(variant: VariantRuns): string | null {
  const figures = staleFigures(variant);
  if (figures === null) return null;
  const { stopped, pods, mean, worst } = figures;
  const stops = `${plural(stopped, 'pod')} stopped`;
  if (pods === 0) return `${stops}, and every node had dropped them from its rules by then`;
  return (
    `${stops}; rules named them for ${mean} more on average ` +
    `(n = ${formatCount(pods)}, by node), at most: ${worst.join(', ')}`
  );
}

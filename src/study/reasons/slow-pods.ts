/**
 * Some pods are slow, so connections to them are busy for longer, and who looks for an idle one sends them less: a
 * scheduler that counts connections, or clients with pools of them. What they do not take, the others do.
 */
import {
  areShared,
  fairShareOf,
  isExplainedBy,
  isUneven,
  mean,
  schedulerOf,
  shareOf,
} from './hot-service.ts';
import type { HotRun, HotService, PodLoad } from './hot-service.ts';
import type { Finding, SlowPods } from './reason.ts';

/** A pod is slow whose service time is so many times that of the pod in the middle, over so many requests at least. */
const SLOW = 1.5;
const SERVED_LEAST = 100;

const COUNTING: readonly string[] = ['lc', 'wlc', 'sed', 'nq'];

export function slowPods(hot: HotService): Finding | null {
  const by = howTheyAreSpared(hot);
  if (by === null || !isUneven(hot)) return null;
  const slow = hot.runs.map(slowIn);
  if (slow.some((pods, i) => pods.length === 0 || pods.includes(hot.runs[i]!.hottest))) return null;
  const groups = (run: HotRun): Map<string, boolean> => {
    const found = slowIn(run);
    return new Map(run.pods.map((pod) => [pod.pod, found.includes(pod)]));
  };
  if (!isExplainedBy(hot, groups)) return null;
  return {
    reason: {
      rule: 'slowPods',
      by,
      pods: slow[0]!.map(({ pod }) => pod),
      times: mean(hot.runs.map((run, i) => timesSlower(run, slow[i]!))),
      share: mean(hot.runs.map((run, i) => shareOf(run, slow[i]!))),
      fair: mean(slow.map(fairShareOf)),
    },
    mend: [],
  };
}

function howTheyAreSpared(hot: HotService): SlowPods['by'] | null {
  if (COUNTING.includes(schedulerOf(hot) ?? '')) return 'leastConnections';
  return areShared(hot) && hot.clients.some(({ connection }) => connection.mode === 'KeepAlive')
    ? 'pool'
    : null;
}

const wellKnown = ({ pods }: HotRun): readonly PodLoad[] =>
  pods.filter(({ served }) => served >= SERVED_LEAST);

/** The service time of the pod in the middle. */
function usual(pods: readonly PodLoad[]): number {
  const times = pods.map(({ serviceNs }) => serviceNs).toSorted((a, b) => a - b);
  return times[Math.floor((times.length - 1) / 2)] ?? 0;
}

function slowIn(run: HotRun): readonly PodLoad[] {
  const known = wellKnown(run);
  const limit = SLOW * usual(known);
  return limit > 0 ? known.filter(({ serviceNs }) => serviceNs >= limit) : [];
}

const timesSlower = (run: HotRun, slow: readonly PodLoad[]): number =>
  mean(slow.map(({ serviceNs }) => serviceNs)) /
  mean(wellKnown(run).flatMap((pod) => (slow.includes(pod) ? [] : [pod.serviceNs])));

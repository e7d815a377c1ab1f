/**
 * Pods that were out of rotation for a while got less than their time in it is worth: rules of nodes took them back
 * late, and connections that had gone elsewhere meanwhile stay there. What they missed, the others took.
 */
import { areShared, groupLoad, isExplainedBy, isUneven, mean } from './hot-service.ts';
import type { HotRun, HotService, PodLoad } from './hot-service.ts';
import type { Finding, Rotation } from './reason.ts';
import { recyclingOf } from './recycling.ts';

/** A pod was away that was ready for less than this part of the time of the one that was ready longest. */
const AWAY = 0.98;
/** Below this load it is not worth a word. */
const UNEVEN = 1.02;

export function rotation(hot: HotService): Finding | null {
  if (hot.ratio < UNEVEN || !isUneven(hot)) return null;
  const split = hot.runs.map(awayFrom);
  if (split.some(({ away, stayed }) => away.length === 0 || stayed.length === 0)) return null;
  const loads = hot.runs.map((run, i) => ({
    away: groupLoad(run, split[i]!.away),
    stayed: groupLoad(run, split[i]!.stayed),
  }));
  const groups = (run: HotRun): Map<string, boolean> => {
    const { away } = awayFrom(run);
    return new Map(run.pods.map((pod) => [pod.pod, away.includes(pod)]));
  };
  const stayedLoad = mean(loads.map(({ stayed }) => stayed));
  if (stayedLoad <= 1 || !isExplainedBy(hot, groups)) return null;
  return {
    reason: {
      rule: 'rotation',
      by: whatIsLate(hot),
      away: mean(split.map(({ away }) => away.length)),
      pods: mean(hot.runs.map(({ pods }) => pods.length)),
      awayLoad: mean(loads.map(({ away }) => away)),
      stayedLoad,
    },
    mend: recyclingOf(hot)?.mend ?? [],
  };
}

function whatIsLate(hot: HotService): Rotation['by'] {
  const { clients, service } = hot;
  if (
    clients.some(({ balancer, mesh, via }) => balancer !== null && mesh === null && via === null)
  ) {
    return 'names';
  }
  if (service.sessionAffinity !== null) return 'affinity';
  return areShared(hot) ? 'connections' : 'rules';
}

function awayFrom({ pods }: HotRun): {
  readonly away: readonly PodLoad[];
  readonly stayed: readonly PodLoad[];
} {
  const longest = Math.max(...pods.map(({ readyNs }) => readyNs));
  const isAway = ({ readyNs }: PodLoad): boolean => readyNs < AWAY * longest;
  return { away: pods.filter(isAway), stayed: pods.filter((pod) => !isAway(pod)) };
}

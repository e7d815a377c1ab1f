/**
 * Requests stay in the zone or on the node that they come from, and pods are not where requests are: by
 * trafficDistribution, topology-aware routing, or a traffic policy Local. It is the reason where pods of the
 * same place are about as hot as the hottest.
 */
import { fairShareOf, isExplainedBy, isUneven, mean, servicePath, shareOf } from './hot-service.ts';
import type { HotRun, HotService, PodLoad } from './hot-service.ts';
import type { Finding, Locality } from './reason.ts';

/** Below this load places are not worth a word. */
const UNEVEN = 1.05;

export function locality(hot: HotService): Finding | null {
  const kept = whatKeeps(hot);
  if (kept === null || hot.ratio < UNEVEN || !isUneven(hot)) return null;
  const { by, scope, mend } = kept;
  const placeOf = (pod: PodLoad): string => (scope === 'zone' ? pod.zone : pod.node);
  const places = (run: HotRun): Map<string, string> =>
    new Map(run.pods.map((pod) => [pod.pod, placeOf(pod)]));
  if (!isExplainedBy(hot, places)) return null;
  const place = placeOf(hot.runs[0]!.hottest);
  const there = hot.runs.map(({ pods }) => pods.filter((pod) => placeOf(pod) === place));
  return {
    reason: {
      rule: 'locality',
      by,
      scope,
      place,
      pods: there[0]!.length,
      share: mean(hot.runs.map((run, i) => shareOf(run, there[i]!))),
      fair: mean(there.map(fairShareOf)),
    },
    mend: mend === null ? [] : [`${servicePath(hot)}:spec.${mend}=Cluster`],
  };
}

interface Keeper {
  readonly by: Locality['by'];
  readonly scope: Locality['scope'];
  /** The field that ends it; null: it can only be left out. */
  readonly mend: 'internalTrafficPolicy' | 'externalTrafficPolicy' | null;
}

function whatKeeps({ service, clients }: HotService): Keeper | null {
  const fromOutside = clients.some(({ via }) => via !== null && via.kind !== 'Ingress');
  if (fromOutside && service.externalTrafficPolicy === 'Local') {
    return { by: 'externalTrafficPolicy', scope: 'node', mend: 'externalTrafficPolicy' };
  }
  if (!fromOutside && service.internalTrafficPolicy === 'Local') {
    return { by: 'internalTrafficPolicy', scope: 'node', mend: 'internalTrafficPolicy' };
  }
  switch (service.topology) {
    case null:
      return null;
    case 'Auto':
      return { by: 'topologyMode', scope: 'zone', mend: null };
    case 'PreferSameZone':
      return { by: 'trafficDistribution', scope: 'zone', mend: null };
    case 'PreferSameNode':
      return { by: 'trafficDistribution', scope: 'node', mend: null };
  }
}

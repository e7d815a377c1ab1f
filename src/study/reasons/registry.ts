/** Why the hottest pod is hot: the rules, the most particular ones first. The first that the figures bear out is the reason. */
import type { VariantRuns } from '../study.ts';
import { chance } from './chance.ts';
import { clientAddresses } from './client-addresses.ts';
import { hotServices } from './hot-service.ts';
import type { HotService } from './hot-service.ts';
import { locality } from './locality.ts';
import { oneDestination } from './one-destination.ts';
import { pinnedConnections } from './pinned-connections.ts';
import type { Finding, Reason } from './reason.ts';
import { rotation } from './rotation.ts';
import { slowPods } from './slow-pods.ts';

/** A rule looks at the figures and finds its reason, or nothing. */
export type Rule = (hot: HotService) => Finding | null;

export const RULES: Readonly<Record<Reason['rule'], Rule>> = {
  oneDestination,
  clientAddresses,
  locality,
  slowPods,
  rotation,
  pinnedConnections,
  chance,
};

/** The hottest pod of a Service. */
export interface HottestPod {
  readonly service: string;
  /** Its load over the fair one, mean over replications. */
  readonly ratio: number;
  /** Who it is in the first replication, and how much it takes there; in others it may be another one. */
  readonly pod: string;
  readonly load: number;
  readonly share: number;
  /** Null: the figures do not tell. */
  readonly finding: Finding | null;
}

/** Of every Service with several pods that was called. */
export function hottestPods(variant: VariantRuns): readonly HottestPod[] {
  return hotServices(variant).map((hot) => {
    const [first] = hot.runs;
    const { pod, load, requests } = first!.hottest;
    return {
      service: hot.service.label,
      ratio: hot.ratio,
      pod,
      load,
      share: requests / first!.requests,
      finding: reasonOf(hot),
    };
  });
}

function reasonOf(hot: HotService): Finding | null {
  for (const rule of Object.values(RULES)) {
    const found = rule(hot);
    if (found !== null) return found;
  }
  return null;
}

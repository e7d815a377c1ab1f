/** Why a node has swallowed a first packet: asked once it has. */
import {
  CONNTRACK_FULL,
  NO_LOCAL_ENDPOINTS,
  NO_SERVICE,
  STALE_ENTRY,
} from '../../../contract/failures.ts';
import type { Rulebook } from '../ways/gate.ts';

/** An index into FAILURE_REASONS. */
export function whyDropped(rulebook: Rulebook, now: number): number {
  if (rulebook.rules() === null) return NO_SERVICE;
  const { conntrack, plane } = rulebook.proxy!;
  if (conntrack !== null && conntrack.isFull(now)) return CONNTRACK_FULL;
  return plane.usesConntrack ? NO_LOCAL_ENDPOINTS : STALE_ENTRY;
}

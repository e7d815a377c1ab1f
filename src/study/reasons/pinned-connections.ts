/**
 * Connections that carry many requests: kube-proxy picks a pod once for each, so the fewer they are the more uneven is
 * what chance makes of them. It is the reason where the hottest pod is as hot as so many coin flips leave one, or
 * has more connections in proportion.
 */
import {
  areShared,
  chanceOf,
  drawsIn,
  isUneven,
  mean,
  picksByChance,
  sharingIn,
} from './hot-service.ts';
import type { HotRun, HotService } from './hot-service.ts';
import type { Finding } from './reason.ts';
import { recyclingOf } from './recycling.ts';

/** Standard errors, and slack for connections that come and go, within which the load is that of coin flips. */
const WITHIN = 3;
const SLACK = 0.1;
/** Which part of the excess must be one of connections. */
const MOSTLY = 0.5;
/** A mend is worth trying where it takes this part of the excess away. */
const WORTH = 0.3;
export function pinnedConnections(hot: HotService): Finding | null {
  if (!areShared(hot) || !isUneven(hot)) return null;
  const connections = mean(hot.runs.map((run) => sharingIn(run).connections));
  const connectionLoad = mean(hot.runs.map(hottestsConnections));
  const expected = chanceOf(hot, drawsIn);
  const distance = Math.abs(hot.ratio - expected.mean);
  const byChance = picksByChance(hot);
  const isAsHot =
    byChance && distance <= WITHIN * expected.error + SLACK * Math.max(0, expected.mean - 1);
  if (!isAsHot && connectionLoad - 1 < MOSTLY * (hot.ratio - 1)) return null;
  const requestsEach = mean(
    hot.runs.map((run) => sharingIn(run).requests / sharingIn(run).connections),
  );
  const recycling = recyclingOf(hot);
  const recycled =
    recycling === null ? null : chanceOf(hot, ({ requests }) => requests / recycling.requests).mean;
  const helps = recycled !== null && recycled - 1 <= (1 - WORTH) * (hot.ratio - 1);
  return {
    reason: {
      rule: 'pinnedConnections',
      connections,
      requestsEach,
      alike: mean(hot.runs.map(drawsIn)),
      byChance: isAsHot ? expected.mean : null,
      connectionLoad,
      mended: helps ? recycled : null,
    },
    mend: helps ? recycling!.mend : [],
  };
}

/** The hottest pod's connections over its fair share of them. */
function hottestsConnections(run: HotRun): number {
  const { hottest } = run;
  return (hottest.shared?.connections ?? 0) / (sharingIn(run).connections * hottest.fair);
}

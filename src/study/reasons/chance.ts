/** Nothing but chance: every request picks for itself, and the hottest pod is no hotter than that leaves one. */
import { chanceOf, mean, picksByChance, sharingIn } from './hot-service.ts';
import type { HotService } from './hot-service.ts';
import type { Finding } from './reason.ts';

/** Standard errors: beyond this the load is outside of the 95 % band. */
const WITHIN = 1.96;
/** So few requests in connections with others do not matter. */
const HARDLY_ANY = 0.01;

export function chance(hot: HotService): Finding | null {
  const alone = hot.runs.every((run) => sharingIn(run).requests <= HARDLY_ANY * run.requests);
  if (!alone || !picksByChance(hot)) return null;
  const expected = chanceOf(hot, ({ requests }) => requests);
  if (hot.ratio > expected.mean + WITHIN * expected.error) return null;
  return {
    reason: {
      rule: 'chance',
      requests: mean(hot.runs.map(({ requests }) => requests)),
      pods: mean(hot.runs.map(({ pods }) => pods.length)),
      byChance: expected.mean,
    },
    mend: [],
  };
}

/**
 * Schedulers of IPVS that keep what goes to one address together: dh hashes the destination, which is the ClusterIP
 * for all; lblc and lblcr stay with one server until it is overloaded; fo and ovf take the first, until
 * it is full.
 */
import { isUneven, mean, schedulerOf, shareOf } from './hot-service.ts';
import type { HotService } from './hot-service.ts';
import type { Finding, OneDestination } from './reason.ts';

const SCHEDULERS: readonly OneDestination['scheduler'][] = ['dh', 'lblc', 'lblcr', 'fo', 'ovf'];
/** The least load that shows it. */
const UNEVEN = 1.5;

export function oneDestination(hot: HotService): Finding | null {
  const scheduler = SCHEDULERS.find((name) => name === schedulerOf(hot));
  if (scheduler === undefined || hot.ratio < UNEVEN || !isUneven(hot)) return null;
  const share = mean(hot.runs.map((run) => shareOf(run, [run.hottest])));
  return {
    reason: { rule: 'oneDestination', scheduler, share },
    mend: ['proxy.ipvs.scheduler=rr'],
  };
}

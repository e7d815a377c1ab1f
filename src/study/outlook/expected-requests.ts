/** How many requests a run is expected to issue. Those of closed loops are taken to come as fast all the time as at its start. */
import type { Plan } from '../../contract/plan.ts';
import { arrivalAt, totalAt } from './arrival-rate.ts';
import { phasesOf } from './phases.ts';

const NS_PER_SECOND = 1e9;
/** Points at which a rate is looked at for its integral: enough for steps of a thousandth of a run. */
const GRID = 4000;

/** Requests that one replication issues on average, the warm-up included. */
export function expectedRequests(plan: Plan): number {
  const length = plan.warmUp + plan.duration;
  const closed = plan.clients.map(({ arrival }) => arrival.kind === 'closed');
  const rates = closed.includes(true) ? phasesOf(plan)[0]!.rates : [];
  let sum = 0;
  for (let i = 0; i < GRID; i++) {
    const at = ((i + 0.5) / GRID) * length;
    sum += totalAt(plan, at);
    closed.forEach((isClosed, client) => {
      if (isClosed && arrivalAt(plan, client, at).kind === 'closed') sum += rates[client]!;
    });
  }
  return (sum / GRID) * (length / NS_PER_SECOND);
}

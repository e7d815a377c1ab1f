/** How many requests a second a client of a plan sends: what its arrivals are expected to be. */
import type { Arrival, Plan } from '../../contract/plan.ts';
import { meanSessionLength } from '../../contract/plan.ts';
import { arrivalRateAt } from '../../stats/arrival-rates.ts';

/** The arrivals of a client that are in force at `at`: those of the last setArrival that lasts, else its own. */
export function arrivalAt(plan: Plan, client: number, at: number): Arrival {
  let found = plan.clients[client]!.arrival;
  for (const action of plan.timeline) {
    if (action.kind !== 'setArrival' || action.client !== client || action.at > at) continue;
    if (action.lasts === null || at < action.at + action.lasts) found = action.arrival;
  }
  return found;
}

/** Requests per second of a client at `at` (ns); 0 of closed loops, for which see closed-loops.ts. */
export function rateAt(plan: Plan, client: number, at: number): number {
  const arrival = arrivalAt(plan, client, at);
  if (arrival.kind === 'closed') return 0;
  const { session } = plan.clients[client]!;
  const each = session === null ? 1 : meanSessionLength(session.requests);
  return each * arrivalRateAt(arrival, at);
}

/** Moments (ns) from `from` to `to` at which the rate of some client changes, or the slope of its rate. */
function moments(plan: Plan, from: number, to: number): readonly number[] {
  const all = [
    ...plan.clients.flatMap(({ arrival }) => pointsOf(arrival, from)),
    ...plan.timeline.flatMap((action) =>
      action.kind === 'setArrival'
        ? [action.at, action.at + (action.lasts ?? 0), ...pointsOf(action.arrival, from)]
        : [],
    ),
  ];
  return all.filter((at) => at > from && at <= to);
}

/** Of what repeats, the points of the first period after `from`. */
function pointsOf(arrival: Arrival, from: number): readonly number[] {
  if (!('points' in arrival)) return [];
  if (arrival.kind !== 'daily') return arrival.points.map(({ at }) => at);
  const { period, origin, points } = arrival;
  const begin = origin + Math.floor((from - origin) / period) * period;
  return points.flatMap(({ at }) => [begin + at, begin + at + period]);
}

/** The moment from `from` to `to` (ns) at which all clients together send most. */
export function busiestMoment(plan: Plan, from: number, to: number): number {
  const inside = moments(plan, from, to);
  let best = from;
  let most = totalAt(plan, from);
  for (const at of inside) {
    const total = totalAt(plan, at);
    if (total > most) [best, most] = [at, total];
  }
  return best;
}

/** Of all clients. */
export const totalAt = (plan: Plan, at: number): number =>
  plan.clients.reduce((sum, _, client) => sum + rateAt(plan, client, at), 0);

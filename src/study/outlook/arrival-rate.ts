/** How many requests a second a client of a plan sends, and how many in all: what its arrivals are expected to be. */
import type { Arrival, Plan } from '../../contract/plan.ts';

const NS_PER_SECOND = 1e9;
/** Points at which a rate is looked at for its integral: enough for steps of a thousandth of a run. */
const GRID = 4000;

/** Requests per second at `at` (ns from the start of the run). */
function rateOf(arrival: Arrival, at: number): number {
  if (arrival.kind === 'poisson' || arrival.kind === 'constant') return arrival.rate;
  const { points, kind } = arrival;
  const next = points.findIndex((point) => point.at > at);
  const before = points[next === -1 ? points.length - 1 : next - 1] ?? points[0]!;
  const after = points[next];
  if (kind === 'steps' || after === undefined || before.at >= after.at) return before.rate;
  const passed = Math.max(0, (at - before.at) / (after.at - before.at));
  return before.rate + passed * (after.rate - before.rate);
}

/** The arrivals of a client that are in force at `at`: those of the last setArrival that lasts, else its own. */
export function arrivalAt(plan: Plan, client: number, at: number): Arrival {
  let found = plan.clients[client]!.arrival;
  for (const action of plan.timeline) {
    if (action.kind !== 'setArrival' || action.client !== client || action.at > at) continue;
    if (action.lasts === null || at < action.at + action.lasts) found = action.arrival;
  }
  return found;
}

/** Requests per second of a client at `at` (ns). */
export const rateAt = (plan: Plan, client: number, at: number): number =>
  rateOf(arrivalAt(plan, client, at), at);

/** Moments (ns) at which the rate of some client changes, or the slope of its rate. */
function moments(plan: Plan): readonly number[] {
  const points = (arrival: Arrival): readonly number[] =>
    'points' in arrival ? arrival.points.map(({ at }) => at) : [];
  return [
    ...plan.clients.flatMap(({ arrival }) => points(arrival)),
    ...plan.timeline.flatMap((action) =>
      action.kind === 'setArrival'
        ? [action.at, action.at + (action.lasts ?? 0), ...points(action.arrival)]
        : [],
    ),
  ];
}

/** The moment from `from` to `to` (ns) at which all clients together send most. */
export function busiestMoment(plan: Plan, from: number, to: number): number {
  const inside = moments(plan).filter((at) => at > from && at <= to);
  let best = from;
  let most = totalAt(plan, from);
  for (const at of inside) {
    const total = totalAt(plan, at);
    if (total > most) [best, most] = [at, total];
  }
  return best;
}

const totalAt = (plan: Plan, at: number): number =>
  plan.clients.reduce((sum, _, client) => sum + rateAt(plan, client, at), 0);

/** Requests that one replication issues on average, the warm-up included. */
export function expectedRequests(plan: Plan): number {
  const length = plan.warmUp + plan.duration;
  let sum = 0;
  for (let i = 0; i < GRID; i++) sum += totalAt(plan, ((i + 0.5) / GRID) * length);
  return (sum / GRID) * (length / NS_PER_SECOND);
}

/**
 * All requests of a client address go to one pod: sessionAffinity ClientIP, or a scheduler of IPVS that hashes the
 * source address. Then addresses are what chance has to spread, and there are few of them.
 *
 * Left out: clients that come by node ports, whose address may be replaced on the way; and sessions that are so short
 * that addresses pick again and again, which evens them out.
 */
import type { Arrival } from '../../contract/plan.ts';
import { meanArrivalRate } from '../../stats/arrival-rates.ts';
import { chanceOf, isUneven, mean, schedulerOf, servicePath } from './hot-service.ts';
import type { HotService } from './hot-service.ts';
import type { ClientAddresses, Finding } from './reason.ts';

/** Standard deviations, of one spread, that the load may be away from the expected. */
const WITHIN = 3;
const SLACK = 0.1;
/** Picks after its first, over a run, from which on an address is no longer at one pod. */
const PICKS_ANEW = 0.5;
/** Below this load addresses are not worth a word. */
const UNEVEN = 1.05;

export function clientAddresses(hot: HotService): Finding | null {
  const by = hashedBy(hot);
  if (by === null || hot.ratio < UNEVEN || !isUneven(hot)) return null;
  if (hot.clients.some(({ via }) => via !== null && via.kind !== 'Ingress')) return null;
  const rates = ratesByAddress(hot);
  const sum = [...rates.values()].reduce((total, rate) => total + rate, 0);
  const squares = [...rates.values()].reduce((total, rate) => total + rate ** 2, 0);
  if (by === 'sessionAffinity' && picksAnew(hot, rates) > PICKS_ANEW) return null;
  const expected = chanceOf(hot, () => sum ** 2 / squares);
  // Addresses may go where they go in every replication alike, so that their mean strays as one of them does.
  const reach = WITHIN * expected.deviation + SLACK * (expected.mean - 1);
  if (Math.abs(hot.ratio - expected.mean) > reach) return null;
  return {
    reason: {
      rule: 'clientAddresses',
      by,
      addresses: rates.size,
      byChance: expected.mean,
    },
    mend:
      by === 'sessionAffinity'
        ? [`${servicePath(hot)}:spec.sessionAffinity=None`]
        : ['proxy.ipvs.scheduler=rr'],
  };
}

function hashedBy(hot: HotService): ClientAddresses['by'] | null {
  if (hot.service.sessionAffinity !== null && hot.proxies.length > 0) return 'sessionAffinity';
  const scheduler = schedulerOf(hot);
  return scheduler === 'sh' || scheduler === 'mh' ? scheduler : null;
}

/** How often an address picks anew over a run, as requests at random leave its session idle for too long. */
function picksAnew(
  { plan, service, clients }: HotService,
  rates: ReadonlyMap<string, number>,
): number {
  // What users ask for depends on the answers.
  if (clients.some(({ arrival }) => arrival.kind === 'closed')) return 0;
  const seconds = plan.duration / 1e9;
  const timeout = (service.sessionAffinity ?? 0) / 1e9;
  const picks = [...rates.values()].map((rate) => rate * seconds * Math.exp(-rate * timeout));
  return mean(picks);
}

/** Requests per second of each address. */
function ratesByAddress({ clients }: HotService): ReadonlyMap<string, number> {
  const rates = new Map<string, number>();
  for (const { arrival, replicas } of clients) {
    const each = weightOf(arrival) / replicas.length;
    for (const { ip } of replicas) rates.set(ip, (rates.get(ip) ?? 0) + each);
  }
  return rates;
}

/** Requests per second; of users, who ask as often as each other, how many there are. */
const weightOf = (arrival: Arrival): number =>
  arrival.kind === 'closed' ? arrival.users : meanArrivalRate(arrival);

/**
 * Warnings of a scenario that runs out of source ports or of conntrack entries, by Little's law: connections a
 * second × the time for which each stays taken after it was closed (TIME_WAIT of the client's port, the entry's
 * time wait on its node), or × the length of the run where that is shorter.
 *
 * Left out: calls that pods make; clients that reuse connections or whose rate changes, UDP, ways in by node ports, and the time for which
 * connections are open, which only adds to it.
 */
import { seconds } from '../../base/time.ts';
import { formatDuration } from '../../base/units.ts';
import type { Plan, PlannedClient } from '../../contract/plan.ts';
import type { ScenarioDocument } from './scenario-document.ts';

export function reportExhaustion(plan: Plan, document: ScenarioDocument): void {
  for (const client of plan.clients) reportPorts(client, plan, document);
  reportConntrack(plan, document);
}

/** Connections a second that one pod of a client opens to one destination; 0 where that is not known. */
function connectionRate(client: PlannedClient): number {
  const { target, via, connection, arrival, replicas, origin } = client;
  if (origin !== null) return 0;
  const isSteady = arrival.kind === 'poisson' || arrival.kind === 'constant';
  if (!isSteady || connection.mode !== 'PerRequest' || target.kind !== 'servicePort') return 0;
  return via === null || via.kind === 'Ingress' ? arrival.rate / replicas.length : 0;
}

/** Of what is taken for `rest` by each of `rate` connections a second: how much is taken in the end. */
const taken = (rate: number, rest: number, plan: Plan): number =>
  Math.round(rate * (Math.min(rest, plan.warmUp + plan.duration) / seconds(1)));

const perSecond = (rate: number): string => `${Number(rate.toPrecision(3))} connections a second`;

function reportPorts(client: PlannedClient, plan: Plan, document: ScenarioDocument): void {
  const { name, protocol, ports } = client;
  if (ports === null || protocol === 'UDP') return;
  const rate = connectionRate(client);
  const size = ports.last - ports.first + 1;
  const needed = taken(rate, ports.timeWait, plan);
  if (needed <= size) return;
  const index = document.spec.clients.findIndex((input) => input.name === name);
  const lasts = formatDuration(ports.timeWait);
  const message = `each pod runs out of source ports: ${perSecond(rate)} and ${lasts} of TIME_WAIT take ${needed} of ${size}`;
  const hint = 'connections that are reused (mode: KeepAlive), more replicas, or ports: none';
  document.warn(['spec', 'clients', index, 'ports'], 'Exhausted', message, hint);
}

function reportConntrack(plan: Plan, document: ScenarioDocument): void {
  const rates = plan.nodes.map(() => 0);
  for (const client of plan.clients) {
    if (client.protocol === 'UDP') continue;
    const rate = connectionRate(client);
    for (const { node } of client.replicas) if (node !== null) rates[node]! += rate;
  }
  const full = plan.nodes.flatMap(({ name, proxy }, node) => {
    const { max, timeWait } = plan.proxies[proxy]!.conntrack;
    const rate = rates[node]!;
    const needed = taken(rate, timeWait, plan);
    return max !== null && needed > max ? [{ name, max, timeWait, rate, needed }] : [];
  });
  const [first, ...others] = full;
  if (first === undefined) return;
  const { name, max, timeWait, rate, needed } = first;
  const where = others.length === 0 ? name : `${name} and ${others.length} more nodes`;
  const message = `conntrack fills up on ${where}: ${perSecond(rate)} and ${formatDuration(timeWait)} for each take ${needed} of ${max} entries`;
  const hint = 'a full table drops first packets; conntrack: none has no limit';
  document.warn(['spec', 'proxy', 'conntrack', 'max'], 'Exhausted', message, hint);
}

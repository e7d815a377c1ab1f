/**
 * Which conditions of queueing theory a plan does not keep, each with what that does to the figures. Those that change
 * less than a share of requests that nobody sees in a percentile are not mentioned.
 */
import { formatDuration } from '../../base/units.ts';
import type { Plan, PlannedClient, PlannedWorkload } from '../../contract/plan.ts';
import { routingOf } from '../../contract/traffic/client.ts';
import { arrivalRateRange } from '../../stats/arrival-rates.ts';
import { momentsOf } from '../../stats/distributions/moments.ts';
import type { PodArrivals } from './arrivals-at-pods.ts';
import type { Forecast } from './forecast.ts';

/** A share of requests below which nothing is said. */
const MENTIONED = 1e-3;

export interface Circumstances {
  readonly plan: Plan;
  /** Clients: indices. */
  readonly callers: readonly number[];
  readonly workload: PlannedWorkload;
  readonly arrivals: PodArrivals;
  readonly forecast: Forecast | null;
  /** Of the busiest pod. */
  readonly utilisation: number;
  /** Whether all pods have the same load. */
  readonly isEven: boolean;
}

export function caveatsOf(around: Circumstances): readonly string[] {
  const { plan, callers, workload, arrivals, forecast, utilisation, isEven } = around;
  const clients = callers.map((index) => plan.clients[index]!);
  const found: (string | null)[] = [
    arrivals.kind === 'unknown' ? `no queue of theory fits: ${arrivals.why}` : null,
    arrivals.kind === 'in turn' && arrivals.nodes > 1
      ? `${arrivals.nodes} nodes deal in turn, each on its own: the truth lies between Poisson and E${arrivals.stages} arrivals`
      : null,
    isEven ? null : 'pods are loaded unevenly: figures are of the busiest one',
    ...clients.map((client) => poolCaveat(client, workload)),
    ...clients.map((client) => timeoutCaveat(client, forecast, utilisation)),
    ...clients.map((client) => retryCaveat(client, forecast, utilisation)),
    ...clients.map((client) => defenceCaveat(client)),
    steadiness(clients),
    ...clients.map((client) => sessionCaveat(client, workload)),
    momentsOf(workload.serviceTime).variance === Infinity
      ? 'service times have no variance: the mean wait has no end either'
      : null,
    workload.cpuLimit !== null &&
    workload.cpuShare > 0 &&
    workload.cpuShare * workload.concurrency > workload.cpuLimit
      ? 'workers may use up the CPU limit within a period of 100ms and stop: waits are longer than theory says'
      : null,
    sharedCores(plan, workload),
    workload.shedding === null
      ? null
      : 'pods shed requests by how long they wait: waits are shorter than theory says, and errors take their place',
    workload.calls?.whileCalling === 'Hold'
      ? 'workers are held while they wait for calls: they are busier than their own work makes them'
      : null,
    workload.backlog === null
      ? null
      : 'workers keep their connections: those beyond wait in the accept queue',
    workload.readinessFlap !== null || workload.crash !== null
      ? 'pods come and go at random: for a while the others have their load'
      : null,
  ];
  return [...new Set(found.filter((caveat) => caveat !== null))];
}

/** What pools of kept connections hold up. */
function poolCaveat(
  { name, connection, replicas, arrival }: PlannedClient,
  workload: PlannedWorkload,
): string | null {
  if (connection.mode !== 'KeepAlive') return null;
  const connections = replicas.length * connection.pool;
  if (arrival.kind === 'closed') {
    if (arrival.users <= connections) return null;
    return `${name} has ${connections} connections for ${arrival.users} users: requests wait for one`;
  }
  const [, rate] = arrivalRateRange(arrival);
  const busy = (rate * momentsOf(workload.serviceTime).mean) / 1e9;
  if (busy < connections / 2) return null;
  const share = Math.round((busy / connections) * 100);
  return `${name} has ${connections} connections, ${share}% of them busy: requests wait for one`;
}

function timeoutCaveat(
  { name, timeout }: PlannedClient,
  forecast: Forecast | null,
  utilisation: number,
): string | null {
  if (timeout === null) return null;
  if (utilisation >= 1) {
    return `${name} gives up after ${formatDuration(timeout)}, pods go on with what nobody waits for`;
  }
  const late = forecast?.sojournTail?.(timeout) ?? 0;
  if (late < MENTIONED) return null;
  const share = Number((late * 100).toPrecision(2));
  return `${name} gives up after ${formatDuration(timeout)}, which ${share}% of requests would exceed`;
}

function retryCaveat(
  { name, mesh, retry, timeout, via }: PlannedClient,
  forecast: Forecast | null,
  utilisation: number,
): string | null {
  const policies = [retry, routingOf({ mesh, via })?.retry ?? null].filter(
    (policy) => policy !== null,
  );
  if (policies.length === 0) return null;
  const late = timeout === null ? 0 : (forecast?.sojournTail?.(timeout) ?? 0);
  const refused = forecast?.blocked ?? 0;
  if (utilisation < 1 && late < MENTIONED && refused < MENTIONED) return null;
  // Those of a proxy come on top of each of the client's.
  const most = policies.reduce(
    (product, { attempts, budget }) => product * (1 + Math.min(attempts, budget ?? Infinity)),
    1,
  );
  return `${name} tries again: up to ${Number(most.toPrecision(3))} times the load`;
}

/** What keeps requests from being sent at all. */
function defenceCaveat({
  name,
  hedge,
  circuitBreaker,
  concurrencyLimit,
}: PlannedClient): string | null {
  const found = [
    ...(hedge === null ? [] : ['hedged requests']),
    ...(circuitBreaker === null ? [] : ['a circuit breaker']),
    ...(concurrencyLimit === null ? [] : ['a concurrency limit']),
  ];
  return found.length === 0
    ? null
    : `${name} has ${found.join(' and ')}: what these add or hold back is not in the figures`;
}

/** Jackson networks: product form holds with feedback where service is exponential. */
const sessionCaveat = (
  { name, session }: PlannedClient,
  { serviceTime }: PlannedWorkload,
): string | null =>
  session === null || serviceTime.kind === 'exponential'
    ? null
    : `requests of ${name} follow each other in sessions: less at random than theory has it`;

/** Rates that change: a level holds if it lasts. */
const steadiness = (clients: readonly PlannedClient[]): string | null =>
  clients.some(({ arrival }) => 'points' in arrival)
    ? 'rates change: figures are those of a level that lasts'
    : null;

/** Whether pods of a node may want more cores than it has. */
function sharedCores(
  plan: Plan,
  { cpuShare, pods, concurrency, cpuLimit }: PlannedWorkload,
): string | null {
  if (cpuShare === 0) return null;
  const wanted = new Map<number, number>();
  const each = Math.min(concurrency, cpuLimit ?? Infinity);
  for (const { node } of pods) wanted.set(node, (wanted.get(node) ?? 0) + each);
  const short = [...wanted].find(([node, cores]) => cores > plan.nodes[node]!.cpu);
  if (short === undefined) return null;
  const [node, cores] = short;
  const { name, cpu } = plan.nodes[node]!;
  return `pods on ${name} may want ${cores} of its ${cpu} cores at once, and are slower then`;
}

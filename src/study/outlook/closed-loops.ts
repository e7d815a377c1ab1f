/**
 * What users of closed loops send: as in a closed network, from how long they think, how far away the pods are, and how
 * fast those serve.
 *
 * Left out: retries, timeouts and full queues; the wait for a connection of a pool; other clients at the same pods, but
 * for the capacity that open ones take; DNS.
 */
import type { Plan, PlannedClient } from '../../contract/plan.ts';
import { momentsOf } from '../../stats/distributions/moments.ts';
import { closedNetwork } from '../../stats/queueing/closed-network.ts';
import type {
  ClosedFigures,
  ClosedNetwork,
  ClosedStation,
} from '../../stats/queueing/closed-network.ts';
import { arrivalAt } from './arrival-rate.ts';
import type { Phase } from './phases.ts';
import { loadOf, sharesOf } from './pod-load.ts';

/** The closed loop of one client in a phase. */
export interface LoopOutlook {
  readonly network: ClosedNetwork;
  readonly figures: ClosedFigures;
  /** By pod of the phase: the station that it is one of; -1: none. */
  readonly stations: readonly number[];
}

/** The phase with what users send at `at` (ns), beside what is in it already. */
export function withClosedLoops(plan: Plan, phase: Phase, at: number): Phase {
  const loops = plan.clients.map((_, client) => arrivalAt(plan, client, at).kind === 'closed');
  if (!loops.includes(true)) return phase;
  const rates = phase.rates.map((rate, client) =>
    loops[client] === true ? rateOf(loopOf(plan, phase, client, at)) : rate,
  );
  return { ...phase, rates };
}

const rateOf = (loop: LoopOutlook | null): number =>
  loop === null ? 0 : loop.figures.throughput * 1e9;

/** Null: its users have nobody to call, or do not take turns with anybody. */
export function loopOf(plan: Plan, phase: Phase, client: number, at: number): LoopOutlook | null {
  const arrival = arrivalAt(plan, client, at);
  if (arrival.kind !== 'closed') return null;
  const open = phase.rates.map((rate, other) =>
    arrivalAt(plan, other, at).kind === 'closed' ? 0 : rate,
  );
  const others = loadOf(plan, { ...phase, rates: open });
  const made: (ClosedStation & { count: number })[] = [];
  const shares = sharesOf(plan, plan.clients[client]!, phase);
  const stations = phase.pods.map(({ workload, slowdown }, i) => {
    const visits = shares[i]!;
    if (visits === 0) return -1;
    const { serviceTime, concurrency } = plan.workloads[workload]!;
    const alone = momentsOf(serviceTime).mean * slowdown;
    const taken = (others.pods[i]!.rate * alone) / 1e9 / concurrency;
    if (alone === Infinity || taken >= 1) return -1;
    // What open clients leave of a station: its service takes as much longer (Lazowska et al., 7.4).
    const service = alone / (1 - taken);
    const known = made.findIndex(
      (one) => one.visits === visits && one.service === service && one.servers === concurrency,
    );
    if (known >= 0) {
      made[known]!.count++;
      return known;
    }
    return made.push({ count: 1, visits, service, servers: concurrency }) - 1;
  });
  if (made.length === 0) return null;
  const think =
    momentsOf(arrival.think).mean + networkTime(plan, plan.clients[client]!, phase, shares);
  if (think + made.reduce((sum, { service }) => sum + service, 0) === 0) return null;
  const network = { users: arrival.users, think, stations: made };
  return { network, figures: closedNetwork(network), stations };
}

/** Mean time on the way of one request, ns: its handshake where it has one of its own, itself, and its answer. */
function networkTime(
  plan: Plan,
  { replicas, connection, protocol, via }: PlannedClient,
  phase: Phase,
  shares: readonly number[],
): number {
  const ways = connection.mode === 'PerRequest' && protocol === 'TCP' ? 4 : 2;
  const { sameNode, sameZone, crossZone, external } = plan.network;
  const [near, zone, far, outside] = [sameNode, sameZone, crossZone, external].map(
    (hop) => momentsOf(hop).mean,
  ) as [number, number, number, number];
  const oneWay = (from: number | null, to: number): number => {
    if (from === null) return outside;
    if (from === to) return near;
    const [a, b] = [plan.nodes[from]!.zone, plan.nodes[to]!.zone];
    return a === b || a === null || b === null ? zone : far;
  };
  let sum = 0;
  for (const { node } of replicas) {
    phase.pods.forEach((pod, i) => (sum += shares[i]! * oneWay(node, pod.node)));
  }
  const proxy = via?.kind === 'Ingress' ? 2 * outside + momentsOf(via.proxyTime).mean : 0;
  return (ways * sum) / replicas.length + proxy;
}

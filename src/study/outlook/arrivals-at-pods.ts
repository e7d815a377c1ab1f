/**
 * What the arrivals at one pod are like, as far as queueing theory can tell from the plan.
 *
 * A Poisson stream of which each request goes to any pod at random is a Poisson stream at each pod. Dealt in turn by one
 * node to n pods it is the sum of n gaps (E_n); by several nodes, each on its own, something between that and Poisson.
 * Of renewals each pod gets, at random, sums of a geometric number of gaps, or in turn of a fixed number. Bursts with
 * exponential times on and off are renewals, too: A. Kuczura, The interrupted Poisson process as an overflow process,
 * Bell System Technical Journal 52, 1973.
 */
import type { Arrival, Plan, PlannedBalancer, PlannedClient } from '../../contract/plan.ts';
import { shareOn } from '../../stats/arrival-rates.ts';
import { momentsOf, squaredCv } from '../../stats/distributions/moments.ts';
import type { Phase } from './phases.ts';
import { arrivalAt } from './arrival-rate.ts';
import { whyNotJackson } from './calls.ts';
import { callersOf, podsBehind } from './pod-load.ts';

export type PodArrivals =
  | { readonly kind: 'poisson' }
  /** `nodes` that deal in turn to `stages` pods. */
  | { readonly kind: 'in turn'; readonly stages: number; readonly nodes: number }
  /** Renewals with this squared coefficient of variation; 0: evenly spaced. */
  | { readonly kind: 'renewal'; readonly cv2: number }
  /** From users of this client (index) alone, who each wait for an answer before they ask again. */
  | { readonly kind: 'closed'; readonly client: number }
  /** Not known; the reason. */
  | { readonly kind: 'unknown'; readonly why: string };

/** How the connections of a client find their pods. */
type Picks = 'random' | 'in turn' | { readonly other: string };

const RANDOM_MODES: ReadonlySet<string> = new Set(['iptables', 'nftables', 'ebpf']);

/**
 * Arrivals at the pods of a workload, of which `rated` are the clients that send there (indices). `known`: workloads whose
 * arrivals have been asked after.
 */
export function arrivalsAtPods(
  plan: Plan,
  phase: Phase,
  rated: readonly number[],
  known: ReadonlySet<number> = new Set(),
): PodArrivals {
  const clients = rated.map((index) => plan.clients[index]!);
  const pinned = clients.find((client) => !picksForEachRequest(client));
  if (pinned !== undefined) {
    const { balancer, connection, name } = pinned;
    const uses = connection.mode === 'KeepAlive' ? 'keeps' : 'multiplexes over';
    const why =
      balancer === null
        ? `${name} ${uses} connections: each pod gets what its connections bring, not a share of the requests`
        : `${name} picks a pod for each request, which may wait for one of its few connections there`;
    return { kind: 'unknown', why };
  }
  const why = whyNotJackson(plan, rated) ?? whyNotAtRandom(plan, phase, rated, known);
  if (why !== null) return { kind: 'unknown', why };
  const picks = clients.map((client) => picksOf(plan, client));
  const other = picks.find((pick) => typeof pick === 'object');
  if (typeof other === 'object') return { kind: 'unknown', why: other.other };
  const inTurn = picks.every((pick) => pick === 'in turn');
  if (!inTurn && picks.includes('in turn')) {
    return { kind: 'unknown', why: 'some connections are dealt in turn and some at random' };
  }
  const loop = rated.find((index) => arrivalAt(plan, index, phase.at).kind === 'closed');
  if (loop !== undefined) return ofUsers(plan, loop, rated, inTurn);
  const session = clients.find((client) => client.session !== null);
  if (session !== undefined && inTurn) {
    return {
      kind: 'unknown',
      why: `requests of ${session.name} come in sessions, and are dealt in turn`,
    };
  }
  const gaps = rated.map((index) => gapsOf(arrivalAt(plan, index, phase.at)));
  const notPoisson = gaps.findIndex((gap) => gap !== 'poisson');
  if (notPoisson >= 0 && rated.length > 1) {
    const { name } = clients[notPoisson]!;
    return { kind: 'unknown', why: `requests of ${name}, which are not Poisson, come with others` };
  }
  const services = new Set(
    clients.map(({ target }) => ('service' in target ? target.service : -1)),
  );
  const pods = Math.max(
    ...[...services].map((service) => (service < 0 ? 0 : podsBehind(plan, phase, service).length)),
  );
  const [gap] = gaps;
  if (gap !== undefined && gap !== 'poisson') {
    return 'why' in gap
      ? { kind: 'unknown', why: `${clients[0]!.name} ${gap.why}` }
      : ofRenewals({ ...gap, inTurn, pods, client: clients[0]! });
  }
  if (!inTurn || pods === 1) return { kind: 'poisson' };
  if (services.size > 1) {
    return { kind: 'unknown', why: 'several Services deal in turn to the same pods' };
  }
  const dealers = new Set(
    clients.flatMap(({ balancer, replicas }) =>
      // Each client pod deals in turn, or its node does.
      replicas.map(({ ip, node }) => (balancer === null ? node : ip)),
    ),
  );
  return { kind: 'in turn', stages: pods, nodes: dealers.size };
}

/** Connections to a pod of which a request always finds one: as many requests are under way in overload alone. */
const PLENTY = 1000;

/** Whether the pod of a request is picked for it, and it goes there at once: not by the connection that it finds. */
const picksForEachRequest = ({ balancer, connection }: PlannedClient): boolean =>
  connection.mode === 'PerRequest' ||
  (balancer !== null && (connection.mode === 'Multiplexed' || connection.pool >= PLENTY));

/** Why calls do not come at random, as what their callers get does not; null: it does, all the way up. */
function whyNotAtRandom(
  plan: Plan,
  phase: Phase,
  rated: readonly number[],
  known: ReadonlySet<number>,
): string | null {
  for (const index of rated) {
    const { name, origin } = plan.clients[index]!;
    if (origin === null || known.has(origin)) continue;
    const above = callersOf(plan, origin);
    const { kind } = arrivalsAtPods(plan, phase, above, new Set([...known, origin]));
    if (kind !== 'poisson') {
      return `${name} comes of ${plan.workloads[origin]!.name}, where requests do not come at random`;
    }
  }
  return null;
}

/** Times between the arrivals of a client: exponential, or independent with a coefficient of variation. */
type Gaps =
  'poisson' | { readonly cv2: number; readonly evenly: boolean } | { readonly why: string };

function gapsOf(arrival: Arrival): Gaps {
  switch (arrival.kind) {
    case 'constant':
      return { cv2: 0, evenly: true };
    case 'trace':
      return { why: 'sends what a trace has: the times between requests are not known' };
    case 'renewal': {
      const { interarrival } = arrival;
      if (interarrival.kind === 'exponential') return 'poisson';
      const cv2 = squaredCv(momentsOf(interarrival));
      return cv2 < Infinity
        ? { cv2, evenly: false }
        : { why: 'has times between requests without a variance' };
    }
    case 'onOff': {
      if (arrival.on.kind !== 'exponential' || arrival.off.kind !== 'exponential') {
        return { why: 'sends in bursts whose lengths or pauses are not exponential' };
      }
      // Its index of dispersion in the long run: 1 + 2 λ α / (α + β)², of rates α on → off and β back.
      const burst = (arrival.rate * arrival.on.mean) / 1e9;
      return { cv2: 1 + 2 * burst * (1 - shareOn(arrival)) ** 2, evenly: false };
    }
    default:
      return 'poisson';
  }
}

/** Users take turns with each other, at pods that are picked at random or where there is one alone. */
function ofUsers(
  plan: Plan,
  client: number,
  rated: readonly number[],
  inTurn: boolean,
): PodArrivals {
  const { name } = plan.clients[client]!;
  if (rated.length > 1) {
    return { kind: 'unknown', why: `users of ${name}, who wait for answers, come with others` };
  }
  return inTurn
    ? { kind: 'unknown', why: `users of ${name}, who wait for answers, are dealt in turn` }
    : { kind: 'closed', client };
}

function ofRenewals({
  cv2,
  evenly,
  inTurn,
  pods,
  client,
}: {
  readonly cv2: number;
  readonly evenly: boolean;
  readonly inTurn: boolean;
  readonly pods: number;
  readonly client: PlannedClient;
}): PodArrivals {
  if (!inTurn || pods === 1) return { kind: 'renewal', cv2: 1 + (cv2 - 1) / pods };
  const nodes = new Set(
    client.replicas.map(({ ip, node }) => (client.balancer === null ? node : ip)),
  );
  if (nodes.size === 1) return { kind: 'renewal', cv2: cv2 / pods };
  // Constant arrivals are dealt to a client's replicas in turn, too.
  return evenly
    ? { kind: 'unknown', why: 'evenly spaced requests are dealt in turn by several nodes' }
    : { kind: 'unknown', why: 'requests that are not Poisson are dealt in turn by several nodes' };
}

/** At random, in turn, or by what theory has no queue for. */
function picksOf(
  plan: Plan,
  { name, balancer, mesh, target, via, replicas, protocol, ports }: PlannedClient,
): Picks {
  // A ztunnel picks as it likes, whatever kube-proxy does.
  if (mesh?.mode === 'Ztunnel') return 'random';
  if (balancer !== null) return picksOfBalancer(name, balancer);
  if (target.kind === 'headless') return 'random';
  if (target.kind !== 'servicePort') return { other: `${name} calls what nobody serves` };
  const { sessionAffinity } = plan.services[target.service]!;
  if (sessionAffinity !== null) {
    return { other: 'session affinity: each pod gets the client pods that came to it first' };
  }
  if (protocol === 'UDP' && ports !== null && ports.first === ports.last) {
    return { other: `${name} sends all datagrams from one port: they are one flow` };
  }
  const atNodes =
    via === null || via.kind === 'Ingress' ? nodesOf(replicas) : plan.nodes.map((_, i) => i);
  const proxies = [...new Set(atNodes.map((node) => plan.nodes[node]!.proxy))].map(
    (proxy) => plan.proxies[proxy]!,
  );
  const ways = new Set(
    proxies.map((proxy): string => {
      if (proxy.mode !== 'ipvs') {
        return RANDOM_MODES.has(proxy.mode) &&
          (proxy.mode !== 'ebpf' || via === null || proxy.ebpf.algorithm === 'random')
          ? 'random'
          : 'maglev';
      }
      // kube-proxy gives all real servers the same weight.
      return ['rr', 'wrr'].includes(proxy.ipvs.scheduler) ? 'in turn' : proxy.ipvs.scheduler;
    }),
  );
  if (ways.size > 1) return { other: 'nodes pick in different ways' };
  const [way] = ways;
  if (way === 'random' || way === 'in turn') return way;
  if (way === 'maglev') return { other: 'Maglev picks by a hash of address and port' };
  if (['sh', 'dh', 'mh', 'lblc', 'lblcr'].includes(way!)) {
    return { other: `ipvs ${way} picks by a hash of the address: shares are uneven` };
  }
  return {
    other: `ipvs ${way} picks by the connections that each node has open: better than in turn where pods differ`,
  };
}

function picksOfBalancer(name: string, { policy }: PlannedBalancer): Picks {
  switch (policy.kind) {
    case 'random':
      return 'random';
    case 'round_robin':
      return 'in turn';
    case 'pick_first':
      return { other: `each pod of ${name} sends all its requests to one pod (pick_first)` };
    case 'least_request':
      return {
        other: `${name} picks pods by the requests that it has under way: better than at random`,
      };
    case 'ring_hash':
    case 'maglev':
      return { other: `${name} picks by a hash (${policy.kind}): shares are uneven` };
  }
}

const nodesOf = (replicas: PlannedClient['replicas']): readonly number[] =>
  replicas.flatMap(({ node }) => (node === null ? [] : [node]));

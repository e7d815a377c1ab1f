/**
 * Closed networks: a fixed number of users who think, and stations with one queue each at which they are served in order.
 * Exact for exponential service and think times of any distribution, by the product form of J. R. Gordon, G. F. Newell,
 * Operations Research 15, 1967, and the convolution of J. P. Buzen, CACM 16, 1973. Times are in any unit.
 *
 * A closed network is an open one of which one knows how many users are in it. Station by station the chances of the
 * open one (Poisson for those who think, M/M/c at a station) are folded, at the rate at which the open network holds as
 * many users on average: nothing overflows, and as only what is positive is added, no digits are lost.
 *
 * Where folding would take too long the figures are those of the open network, which come ever closer the more users
 * there are.
 */
import { assert } from '../../base/assert.ts';
import { poissonChances, QueueLengths } from './queue-lengths.ts';

/** Stations that are alike. */
export interface ClosedStation {
  /** How many of them there are. */
  readonly count: number;
  /** Visits to each of them per cycle of a user, on average. */
  readonly visits: number;
  /** Mean service time. */
  readonly service: number;
  readonly servers: number;
}

export interface ClosedNetwork {
  readonly users: number;
  /** Mean of all time that a user spends in a cycle without being in anybody's way. */
  readonly think: number;
  readonly stations: readonly ClosedStation[];
}

export interface ClosedFigures {
  /** Cycles per unit of time. */
  readonly throughput: number;
  /** Mean time of a cycle without its think time. */
  readonly response: number;
  /** Of each station, in the order of the network. */
  readonly stations: readonly ClosedStationFigures[];
  /** False: of the open network. */
  readonly isExact: boolean;
}

export interface ClosedStationFigures {
  /** Mean wait and service of one visit. */
  readonly sojourn: number;
  /** Mean number of users there. */
  readonly inSystem: number;
  readonly utilisation: number;
  /** Share of visits that find all servers busy. */
  readonly waitProbability: number;
}

/** Additions beyond which a network is taken for an open one: a few tenths of a second. */
const MOST_WORK = 2e8;

/** `mostWork`: additions that it may take to be exact. */
export function closedNetwork(network: ClosedNetwork, mostWork: number = MOST_WORK): ClosedFigures {
  const { users, think, stations } = network;
  assert(users >= 1, 'a closed network without users');
  const demand = stations.reduce(
    (sum, { count, visits, service }) => sum + count * visits * service,
    0,
  );
  if (demand === 0) {
    const idle = { sojourn: 0, inSystem: 0, utilisation: 0, waitProbability: 0 };
    const throughput = think === 0 ? Infinity : users / think;
    return { throughput, response: 0, stations: stations.map(() => idle), isExact: true };
  }
  const rate = openRate(network);
  const queues = stations.map((station) => queueAt(station, rate));
  const work = stations.reduce(
    (sum, { count, servers }) => sum + 2 * users * (count + 2) * Math.min(servers, users),
    0,
  );
  return work > mostWork ? asOpen(network, rate, queues) : folded(network, rate, queues);
}

/** The stations of the open network, through which so many cycles pass per unit of time. */
const queueAt = ({ servers, service, visits }: ClosedStation, rate: number): QueueLengths =>
  new QueueLengths(servers, rate * visits * service);

/** The rate at which as many users are in the open network on average. */
function openRate(network: ClosedNetwork): number {
  const { users, think, stations } = network;
  const inSystem = (rate: number): number =>
    stations.reduce(
      (sum, station) => sum + station.count * queueAt(station, rate).mean,
      rate * think,
    );
  let [low, high] = [0, asymptoticBound(network)];
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (inSystem(middle) < users) low = middle;
    else high = middle;
  }
  return low;
}

function folded(
  { users, think, stations }: ClosedNetwork,
  rate: number,
  queues: readonly QueueLengths[],
): ClosedFigures {
  // Users who think and who are at the stations from each one on, and before it.
  const after = [poissonChances(rate * think, users)];
  for (let i = stations.length - 1; i > 0; i--) {
    after.unshift(times(after[0]!, queues[i]!, stations[i]!.count));
  }
  let before: Float64Array = new Float64Array(users + 1);
  before[0] = 1;
  let throughput = 0;
  const figures = stations.map((station, i) => {
    const queue = queues[i]!;
    const rest = after[i]!;
    const others = times(before, queue, station.count - 1);
    before = queue.fold(others);
    const chance = meeting(before, rest, users);
    const chanceOfOneLess = meeting(before, rest, users - 1);
    throughput = (rate * chanceOfOneLess) / chance;
    const inSystem = meeting(queue.foldLengths(others), rest, users) / chance;
    const visits = throughput * station.visits;
    return {
      sojourn: visits === 0 ? station.service : inSystem / visits,
      inSystem,
      utilisation: (visits * station.service) / station.servers,
      // Who comes finds the others as if they were alone.
      waitProbability: meeting(queue.foldBusy(others), rest, users - 1) / chanceOfOneLess,
    };
  });
  return { throughput, response: responseOf(stations, figures), stations: figures, isExact: true };
}

function asOpen(
  { stations }: ClosedNetwork,
  rate: number,
  queues: readonly QueueLengths[],
): ClosedFigures {
  const figures = stations.map(({ servers, service, visits }, i) => {
    const { busy, mean } = queues[i]!;
    return {
      sojourn: rate * visits === 0 ? service : mean / (rate * visits),
      inSystem: mean,
      utilisation: (rate * visits * service) / servers,
      waitProbability: busy,
    };
  });
  return {
    throughput: rate,
    response: responseOf(stations, figures),
    stations: figures,
    isExact: false,
  };
}

function times(chances: Float64Array, queue: QueueLengths, count: number): Float64Array {
  let made = chances;
  for (let i = 0; i < count; i++) made = queue.fold(made);
  return made;
}

/** The chance that the two are so many together. */
function meeting(some: Float64Array, others: Float64Array, users: number): number {
  let sum = 0;
  for (let i = 0; i <= users; i++) sum += some[i]! * others[users - i]!;
  return sum;
}

const responseOf = (
  stations: readonly ClosedStation[],
  figures: readonly ClosedStationFigures[],
): number =>
  stations.reduce(
    (sum, { count, visits }, i) =>
      visits === 0 ? sum : sum + count * visits * figures[i]!.sojourn,
    0,
  );

/**
 * What no closed network gets beyond: the throughput of users who never wait, and that of its busiest station.
 * P. J. Denning, J. P. Buzen, The operational analysis of queueing network models, ACM Computing Surveys 10, 1978.
 */
export function asymptoticBound({ users, think, stations }: ClosedNetwork): number {
  const demand = stations.reduce(
    (sum, { count, visits, service }) => sum + count * visits * service,
    0,
  );
  const busiest = Math.max(
    ...stations.map(({ visits, service, servers }) => (visits * service) / servers),
  );
  return Math.min(users / (think + demand), 1 / busiest);
}

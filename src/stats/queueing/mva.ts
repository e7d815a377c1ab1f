/**
 * Closed networks by exact mean-value analysis: a fixed number of users who think, and stations with one queue each at
 * which they are served in order. M. Reiser, S. S. Lavenberg, Mean-value analysis of closed multichain queuing networks,
 * JACM 27, 1980; stations of several servers as in E. D. Lazowska et al., Quantitative System Performance, 1984, 8.
 * Exact for exponential service and think times of any distribution. Times are in any unit.
 *
 * Left out: what keeps the chances that few of several servers are busy from losing their digits near saturation. With
 * four servers figures are right to one in two thousand all the same, with sixteen to one in a hundred or better.
 */
import { assert } from '../../base/assert.ts';

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

export function closedNetwork({ users, think, stations }: ClosedNetwork): ClosedFigures {
  assert(users >= 1, 'a closed network without users');
  const queues = stations.map((station) => new StationState(station));
  let throughput = 0;
  let response = 0;
  for (let n = 1; n <= users; n++) {
    response = 0;
    for (const queue of queues) response += queue.arrive();
    throughput = think + response === 0 ? Infinity : n / (think + response);
    for (const queue of queues) queue.settle(throughput);
  }
  return { throughput, response, stations: queues.map((queue) => queue.figures()) };
}

/** A station with one user fewer, and then with that one too. */
class StationState {
  private readonly station: ClosedStation;
  private sojourn = 0;
  private inSystem = 0;
  private utilisation = 0;
  private waitProbability = 0;
  /** Chance that so many users are there, of fewer than it has servers. */
  private readonly chances: Float64Array;

  constructor(station: ClosedStation) {
    this.station = station;
    this.chances = new Float64Array(station.servers);
    this.chances[0] = 1;
  }

  /** One more user comes and finds the others as if they were alone. Returns its time at all these stations, a cycle. */
  arrive(): number {
    const { servers, service, visits, count } = this.station;
    let idle = 0;
    let all = 0;
    for (let j = 0; j < servers; j++) {
      idle += (servers - 1 - j) * this.chances[j]!;
      all += this.chances[j]!;
    }
    this.waitProbability = Math.min(1, Math.max(0, 1 - all));
    this.sojourn = (service / servers) * (1 + this.inSystem + idle);
    return count * visits * this.sojourn;
  }

  settle(throughput: number): void {
    const { chances } = this;
    const { servers, service, visits } = this.station;
    const load = throughput * visits * service;
    this.inSystem = throughput * visits * this.sojourn;
    this.utilisation = load / servers;
    let missing = 0;
    for (let j = servers - 1; j >= 1; j--) {
      chances[j] = (load / j) * chances[j - 1]!;
      missing += (servers - j) * chances[j]!;
    }
    chances[0] = Math.max(0, 1 - (load + missing) / servers);
  }

  figures(): ClosedStationFigures {
    const { sojourn, inSystem, utilisation, waitProbability } = this;
    return { sojourn, inSystem, utilisation, waitProbability };
  }
}

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

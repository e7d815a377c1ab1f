/**
 * Source ports and entries of conntrack of a door that gives them out as long as there are plenty of them, and does not look at
 * which. While a client pod has plenty of ports, none is dealt again before its last connection is forgotten everywhere.
 */
import type { Arrival, Plan } from '../../../contract/plan.ts';
import { arrivalRateRange } from '../../../stats/arrival-rates.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { World } from '../../world.ts';
import type { Journeys } from '../journeys.ts';
import type { LaneClient, LaneReplica } from '../lane-client.ts';
import { CLIENT, ENDED, FACTS, REPLICA, RESOLVED, ROWS, TIMES } from '../layout.ts';
import { Lingering } from './lingering.ts';

/** Far longer than requests take. */
const GENEROUS_NS = 600e9;

/** By client and replica; null: without limit. */
type Places = readonly (readonly (Lingering | null)[])[];

export class Limits {
  private readonly journeys: Journeys;
  /** One bound for all places, where far fewer requests are expected at once than the smallest has room for; else null. */
  private readonly all: Lingering | null;
  /** The ports of all, and the tables of their nodes, as far as any has a limit. */
  private readonly places: readonly Places[];

  constructor(world: World, journeys: Journeys, clients: readonly LaneClient[]) {
    this.journeys = journeys;
    const known = new Map<object, Lingering>();
    const ofPorts = (client: LaneClient, { ports, proxy }: LaneReplica): Lingering | null => {
      if (ports === null) return null;
      const { first, last, timeWait } = client.client.plan.ports!;
      return once(
        known,
        ports,
        () => new Lingering(last - first + 1, Math.max(timeWait, proxy.plane.memory)),
      );
    };
    const ofTable = (proxy: NodeProxy): Lingering | null => {
      const { conntrack } = proxy;
      if (conntrack === null) return null;
      const { max, timeWait } = world.plan.proxies[world.plan.nodes[proxy.node].proxy].conntrack;
      // It collects what has expired in rounds: see proxy/conntrack.ts.
      return once(known, conntrack, () => new Lingering(max!, timeWait * (1 + 1 / 64) + 2));
    };
    const ports = clients.map((client) =>
      client.replicas.map((replica) => ofPorts(client, replica)),
    );
    const tables = clients.map(({ replicas }) => replicas.map(({ proxy }) => ofTable(proxy)));
    this.places = [ports, tables].filter((places) =>
      places.some((ofClient) => ofClient.some((place) => place !== null)),
    );
    this.all = oneForAll(world.plan, [...known.values()]);
  }

  /** These connect. False: there may be no room for them. */
  enter(rows: Int32Array, from: number, to: number): boolean {
    const { all } = this;
    const { times } = this.journeys;
    if (all !== null) {
      return from === to || all.enterAll(to - from, times[rows[from] * TIMES + RESOLVED]);
    }
    let isRoom = true;
    for (const places of this.places) {
      for (let i = from; i < to; i++) {
        const place = this.placeOf(rows[i], places);
        if (place !== null && !place.enter(times[(rows[i] & ROWS) * TIMES + RESOLVED]))
          isRoom = false;
      }
    }
    return isRoom;
  }

  /** It is known when these end. */
  leave(rows: Int32Array, from: number, to: number): void {
    const { all } = this;
    const { times } = this.journeys;
    if (all !== null) {
      for (let i = from; i < to; i++) all.ends(times[(rows[i] & ROWS) * TIMES + ENDED]);
      return;
    }
    for (const places of this.places) {
      for (let i = from; i < to; i++) {
        const place = this.placeOf(rows[i], places);
        if (place !== null) place.ends(times[(rows[i] & ROWS) * TIMES + ENDED]);
      }
    }
  }

  /** Both, for those of which it is known at once. */
  pass(rows: Int32Array, from: number, to: number): boolean {
    if (this.all !== null) {
      const isRoom = this.enter(rows, from, to);
      this.leave(rows, from, to);
      return isRoom;
    }
    const { times } = this.journeys;
    let isRoom = true;
    for (const places of this.places) {
      for (let i = from; i < to; i++) {
        const place = this.placeOf(rows[i], places);
        const at = (rows[i] & ROWS) * TIMES;
        if (place === null) continue;
        if (!place.enter(times[at + RESOLVED])) isRoom = false;
        place.ends(times[at + ENDED]);
      }
    }
    return isRoom;
  }

  private placeOf(row: number, places: Places): Lingering | null {
    const { facts } = this.journeys;
    const fact = (row & ROWS) * FACTS;
    return places[facts[fact + CLIENT]][facts[fact + REPLICA]];
  }
}

/** Of the places that limit anything, if the requests of some minutes would fit into any. */
function oneForAll({ clients }: Plan, places: readonly Lingering[]): Lingering | null {
  const limit = places.reduce((least, place) => Math.min(least, place.limit), Infinity);
  const rest = places.reduce((longest, place) => Math.max(longest, place.rest), 0);
  const rate = clients.reduce((sum, { arrival }) => sum + largestRate(arrival), 0);
  return (rate / 1e9) * (2 * rest + GENEROUS_NS) < limit ? new Lingering(limit, rest) : null;
}

/** Requests per second. */
function largestRate(arrival: Arrival): number {
  if (arrival.kind === 'closed') return Infinity;
  return arrival.kind === 'onOff' ? arrival.rate : arrivalRateRange(arrival)[1];
}

/** The value of a key, made at its first use. */
function once<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/**
 * A door that need not be told when connections close: the rules pick by chance, by turns or by the client's address. Source
 * ports and entries of conntrack are given out as long as there are plenty of them.
 */
import type { Arrival, Plan } from '../../contract/plan.ts';
import { arrivalRateRange } from '../../stats/arrival-rates.ts';
import type { NodeProxy } from '../control/node-proxy.ts';
import type { World } from '../world.ts';
import { Door } from './door.ts';
import type { Journeys } from './journeys.ts';
import type { LaneClient, LaneReplica } from './lane-client.ts';
import { LaneFlow } from './lane-flow.ts';
import { CLIENT, ENDED, FACTS, REPLICA, RESOLVED, TIMES } from './layout.ts';
import { Lingering } from './lingering.ts';

/** Far longer than requests take. */
const GENEROUS_NS = 600e9;

export class FreeDoor extends Door {
  private readonly flow: LaneFlow = new LaneFlow();
  /** One bound for all places, where far fewer requests are expected at once than the smallest has room for; else null. */
  private readonly all: Lingering | null;
  /** By client and replica: its ports, and the table of its node; null: without limit. */
  private readonly ports: (Lingering | null)[][];
  private readonly tables: (Lingering | null)[][];

  constructor(world: World, journeys: Journeys, clients: readonly LaneClient[]) {
    super(world, journeys, clients);
    const known = new Map<object, Lingering>();
    const ofPorts = (client: LaneClient, { ports }: LaneReplica): Lingering | null => {
      if (ports === null) return null;
      const { first, last, timeWait } = client.client.plan.ports!;
      return once(known, ports, () => new Lingering(last - first + 1, timeWait));
    };
    const ofTable = (proxy: NodeProxy): Lingering | null => {
      const { conntrack } = proxy;
      if (conntrack === null) return null;
      const { max, timeWait } = world.plan.proxies[world.plan.nodes[proxy.node].proxy].conntrack;
      // It collects what has expired in rounds: see proxy/conntrack.ts.
      return once(known, conntrack, () => new Lingering(max!, timeWait * (1 + 1 / 64) + 2));
    };
    this.ports = clients.map((client) =>
      client.replicas.map((replica) => ofPorts(client, replica)),
    );
    this.tables = clients.map(({ replicas }) => replicas.map(({ proxy }) => ofTable(proxy)));
    this.all = oneForAll(world.plan, [...known.values()]);
  }

  override connect(rows: Int32Array, from: number, to: number): void {
    this.enter(rows, from, to);
    const { clients, flow } = this;
    const { times, facts } = this.journeys;
    for (let i = from; i < to && !this.isInDoubt; i++) {
      const row = rows[i];
      const client = clients[facts[row * FACTS + CLIENT]];
      const replica = client.replicas[facts[row * FACTS + REPLICA]];
      const now = times[row * TIMES + RESOLVED];
      if (this.isForwarded(flow, replica, now)) this.setOut(row, flow, client, replica);
      else this.isInDoubt = true;
    }
  }

  override served(rows: Int32Array, from: number, to: number): void {
    const { all } = this;
    if (all === null) {
      this.leave(rows, from, to);
      return;
    }
    const { times } = this.journeys;
    for (let i = from; i < to; i++) all.ends(times[rows[i] * TIMES + ENDED]);
  }

  override upTo(_instant: number): void {
    // Nobody asks what has closed.
  }

  private leave(rows: Int32Array, from: number, to: number): void {
    const { ports, tables } = this;
    const { times, facts } = this.journeys;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const end = times[row * TIMES + ENDED];
      const range = ports[facts[row * FACTS + CLIENT]][facts[row * FACTS + REPLICA]];
      const table = tables[facts[row * FACTS + CLIENT]][facts[row * FACTS + REPLICA]];
      if (range !== null) range.ends(end);
      if (table !== null) table.ends(end);
    }
  }

  private enter(rows: Int32Array, from: number, to: number): void {
    const { all } = this;
    if (all !== null && from < to) {
      const since = this.journeys.times[rows[from] * TIMES + RESOLVED];
      if (!all.enterAll(to - from, since)) this.isInDoubt = true;
      return;
    }
    const { ports, tables } = this;
    const { times, facts } = this.journeys;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const now = times[row * TIMES + RESOLVED];
      const range = ports[facts[row * FACTS + CLIENT]][facts[row * FACTS + REPLICA]];
      const table = tables[facts[row * FACTS + CLIENT]][facts[row * FACTS + REPLICA]];
      if (range !== null && !range.enter(now)) this.isInDoubt = true;
      if (table !== null && !table.enter(now)) this.isInDoubt = true;
    }
  }
}

/** Of the places that limit anything, if the requests of some minutes would fit into any. */
function oneForAll({ clients }: Plan, places: readonly Lingering[]): Lingering | null {
  const limit = Math.min(...places.map((place) => place.limit));
  const rest = Math.max(0, ...places.map((place) => place.rest));
  const rate = clients.reduce((sum, { arrival }) => sum + largestRate(arrival), 0);
  return (rate / 1e9) * (2 * rest + GENEROUS_NS) < limit ? new Lingering(limit, rest) : null;
}

/** Requests per second. */
function largestRate(arrival: Arrival): number {
  if (arrival.kind === 'closed') return Infinity;
  return arrival.kind === 'onOff' ? arrival.rate : arrivalRateRange(arrival)[1];
}

function once<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

/**
 * A door that need not be told when connections close: the rules pick by chance, by turns or by the client's address. Source
 * ports and entries of conntrack are given out as long as there are plenty of them.
 */
import type { Arrival, Plan } from '../../../contract/plan.ts';
import { arrivalRateRange } from '../../../stats/arrival-rates.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { World } from '../../world.ts';
import { Door } from './door.ts';
import type { Journeys } from '../journeys.ts';
import type { LaneClient, LaneReplica } from '../lane-client.ts';
import { LaneFlow } from './lane-flow.ts';
import {
  ARRIVED,
  CLIENT,
  CONNECTION,
  COST,
  ENDED,
  FACTS,
  HOP,
  INSERTED,
  POD,
  REPLICA,
  RESOLVED,
  ROWS,
  TIMES,
} from '../layout.ts';
import { LaneSite } from './lane-site.ts';
import { Lingering } from './lingering.ts';

/** Far longer than requests take. */
const GENEROUS_NS = 600e9;

export class FreeDoor extends Door {
  private readonly flow: LaneFlow = new LaneFlow();
  /** By client and replica: where it meets rules. */
  private readonly sites: LaneSite[][];
  private readonly isOneSite: boolean;
  /** Of flows that rules decide together: pods and costs. */
  private pods: Int32Array = new Int32Array(256);
  private costs: Float64Array = new Float64Array(256);
  /** One bound for all places, where far fewer requests are expected at once than the smallest has room for; else null. */
  private readonly all: Lingering | null;
  /** By client and replica: its ports, and the table of its node; null: without limit. */
  private readonly ports: (Lingering | null)[][];
  private readonly tables: (Lingering | null)[][];

  constructor(world: World, journeys: Journeys, clients: readonly LaneClient[]) {
    super(world, journeys, clients);
    const endpoints = new Set(world.pods.map(({ ip }) => ip));
    this.sites = clients.map((client) => sitesOf(client, endpoints));
    this.isOneSite = new Set(this.sites.flat()).size === 1;
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
    this.takesTime = false;
    for (let i = from; i < to && !this.isInDoubt;) {
      const site = this.siteOf(rows[i]);
      const end = this.endOfRun(site, rows, i, to);
      if (!this.connectMany(site, rows, i, end)) this.connectEach(rows, i, end);
      i = end;
    }
  }

  private siteOf(row: number): LaneSite {
    const { facts } = this.journeys;
    return this.sites[facts[row * FACTS + CLIENT]][facts[row * FACTS + REPLICA]];
  }

  /** Up to where journeys from `from` on meet the same rules, and these do not change in between. */
  private endOfRun(site: LaneSite, rows: Int32Array, from: number, to: number): number {
    const { queue } = this.world;
    const { times } = this.journeys;
    const { proxy } = site;
    queue.now = times[rows[from] * TIMES + RESOLVED] as typeof queue.now;
    proxy.keepUp();
    const until = proxy.unchangedUntil;
    if (this.isOneSite && times[rows[to - 1] * TIMES + RESOLVED] < until) return to;
    let end = from + 1;
    while (
      end < to &&
      times[rows[end] * TIMES + RESOLVED] < until &&
      this.siteOf(rows[end]) === site
    )
      end++;
    return end;
  }

  /** A run of journeys, whose pods the rules pick together. False: they do not. */
  private connectMany(site: LaneSite, rows: Int32Array, from: number, to: number): boolean {
    const { delay, rules } = site;
    const count = to - from;
    if (delay < 0 || this.journeys.workloads > 1 || rules.openMany === undefined) return false;
    if (count > this.pods.length) this.makeRoom(count);
    if (!rules.openMany(count, this.pods, this.costs)) return false;
    this.setOutAll(site, rows, from, to);
    return true;
  }

  /** As setOut, for all of a run. */
  private setOutAll(site: LaneSite, rows: Int32Array, from: number, to: number): void {
    const { world, pods, costs } = this;
    const { times, facts } = this.journeys;
    const { delay, handshakeLimit } = site;
    const threeWays = 3 * delay;
    const first = world.connectionsOpened;
    const count = to - from;
    let dearest = 0;
    for (let i = 0; i < count; i++) {
      const number = rows[from + i] & ROWS;
      const row = number * TIMES;
      const fact = number * FACTS;
      const cost = costs[i];
      const leaves = times[row + RESOLVED];
      const arrives = leaves + cost + threeWays;
      facts[fact + CONNECTION] = first + i;
      facts[fact + POD] = pods[i];
      times[row + COST] = cost;
      times[row + HOP] = delay;
      times[row + ARRIVED] = arrives;
      if (delay > 0) times[row + INSERTED] = arrives - delay;
      else if (cost > 0) times[row + INSERTED] = leaves;
      if (cost > dearest) dearest = cost;
    }
    world.connectionsOpened += count;
    if (dearest > 0 && dearest + delay > handshakeLimit) this.isInDoubt = true;
    if (dearest + delay > 0) this.takesTime = true;
  }

  private connectEach(rows: Int32Array, from: number, to: number): void {
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

  private makeRoom(flows: number): void {
    this.pods = new Int32Array(2 * flows);
    this.costs = new Float64Array(2 * flows);
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

/** Of a client, by replica. `endpoints`: the addresses of all pods that can be called. */
function sitesOf(client: LaneClient, endpoints: ReadonlySet<string>): LaneSite[] {
  const known = new Map<NodeProxy, LaneSite>();
  const isCalled = client.replicas.some(({ replica }) => endpoints.has(replica.ip));
  return client.replicas.map((replica) =>
    once(known, replica.proxy, () => new LaneSite(client, replica, isCalled ? -1 : replica.delay)),
  );
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

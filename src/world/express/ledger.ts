/**
 * What the journeys of the express lane leave in the books. Sums, counts and histograms take them in any order; what
 * depends on time is worked out from the instants: windows open and close by the clock in a quiet run.
 *
 * The books take many at a time, a loop a book: each is a small function, which the compiler does well.
 */
import {
  CONNECT,
  DNS,
  LATENCY_PARTS,
  NETWORK,
  PROXY,
  QUEUE,
  SERVICE,
} from '../../contract/result.ts';
import { connectionId, requestId } from '../../engine/trajectory.ts';
import { Samples } from '../../stats/sample.ts';
import type { OpenWindows } from '../measure/open-windows.ts';
import type { World } from '../world.ts';
import type { Journeys } from './journeys.ts';
import type { LaneClient } from './lane-client.ts';
import {
  ARRIVED,
  BEGUN,
  CLIENT,
  CONNECTION,
  COST,
  DUE,
  ENDED,
  FACTS,
  HOP,
  POD,
  REQUEST,
  RESOLVED,
  SERVED,
  TIMES,
} from './layout.ts';
import { WindowCalendar } from './window-calendar.ts';

export class Ledger {
  readonly calendar: WindowCalendar;
  /** When the last of all journeys so far ends, ns. */
  lastEnd: number = -0;
  private readonly world: World;
  private readonly journeys: Journeys;
  private readonly clients: readonly LaneClient[];
  /** Begin and end of the measurement, ns. */
  private readonly begin: number;
  private readonly end: number;
  /** Time in the system up to these, of all journeys that are in the books, ns. */
  private stayToBegin = -0;
  private stayToEnd = -0;
  /** Journeys of one client that were due in the same windows. */
  private group: Int32Array = new Int32Array(0);
  /** Of these: the row of the pod in the books, waits, stays and services there, latencies and their parts. */
  private pods: Int32Array = new Int32Array(0);
  private waits: Float64Array = new Float64Array(0);
  private stays: Float64Array = new Float64Array(0);
  private services: Float64Array = new Float64Array(0);
  private ways: Float64Array = new Float64Array(0);
  private costs: Float64Array = new Float64Array(0);
  private names: Float64Array = new Float64Array(0);
  /** By LATENCY_PARTS. */
  private readonly parts: (Float64Array | null)[] = LATENCY_PARTS.map(() => null);
  private readonly latencies: Samples = new Samples();
  /** When the first of them set out, and when the last of them ended, ns. */
  private first = -0;
  private last = -0;
  /** Events that each would have been: when, and their numbers. */
  private instants: Float64Array = new Float64Array(0);
  private ids: Int32Array = new Int32Array(0);

  constructor(world: World, journeys: Journeys, clients: readonly LaneClient[]) {
    const { windows } = world.plan;
    this.world = world;
    this.journeys = journeys;
    this.clients = clients;
    this.calendar = new WindowCalendar(windows);
    this.begin = windows[0].from!;
    this.end = windows[0].to!;
  }

  /** These have been served: from here on their rows may be used again. */
  enter(rows: Int32Array, count: number): void {
    const { world, journeys, clients } = this;
    if (count > this.group.length) this.makeRoom(2 * count);
    this.enterStays(rows, count);
    this.enterTrajectory(rows, count);
    if (clients.length === 1) this.enterClient(clients[0], rows, count);
    else clients.forEach((client, i) => this.enterThoseOf(client, i, rows, count));
    world.succeeded += count;
    world.connectionsClosed += count;
    journeys.giveBack(rows, count);
  }

  /**
   * Tells the area under the number in the system up to an edge of the measurement. `waiting`: ns up to then of those that
   * are not in the books.
   */
  tellInSystem(edge: number, level: number, waiting: number): void {
    const { inSystem } = this.world.measurement;
    if (edge === this.begin) inSystem.set(level, this.stayToBegin + waiting, edge);
    else if (edge === this.end) inSystem.set(level, this.stayToEnd + waiting, edge);
  }

  private enterStays(rows: Int32Array, count: number): void {
    const { begin, end: over } = this;
    const { times } = this.journeys;
    let { stayToBegin, stayToEnd, lastEnd } = this;
    for (let i = 0; i < count; i++) {
      const row = rows[i] * TIMES;
      const due = times[row + DUE];
      const end = times[row + ENDED];
      if (end > lastEnd) lastEnd = end;
      if (due < begin) stayToBegin += (end < begin ? end : begin) - due;
      stayToEnd += (end < over ? end : over) - due;
    }
    this.stayToBegin = stayToBegin;
    this.stayToEnd = stayToEnd;
    this.lastEnd = lastEnd;
  }

  private enterThoseOf(client: LaneClient, number: number, rows: Int32Array, count: number): void {
    const { group } = this;
    const { facts } = this.journeys;
    let size = 0;
    for (let i = 0; i < count; i++) {
      group[size] = rows[i];
      if (facts[rows[i] * FACTS + CLIENT] === number) size++;
    }
    if (size > 0) this.enterClient(client, group, size);
  }

  /** Journeys of one client: those that were due in the same windows together. */
  private enterClient(client: LaneClient, rows: Int32Array, count: number): void {
    const { windows } = this.journeys;
    let from = 0;
    for (let i = 1; i <= count; i++) {
      if (i < count && windows[rows[i]] === windows[rows[from]]) continue;
      this.enterGroup(client, rows.subarray(from, i), windows[rows[from]]);
      from = i;
    }
  }

  private enterGroup(client: LaneClient, rows: Int32Array, windows: OpenWindows): void {
    const { length } = rows;
    const { pods, waits, stays, latencies, parts } = this;
    this.lookAtPods(client, rows);
    this.lookAtLatencies(rows);
    client.book.servedAll(pods, length, windows, waits, stays);
    this.enterConnections(client, rows);
    this.world.measurement.recordAll(client.tally, windows, latencies, parts);
  }

  private lookAtPods({ rows: bookRows }: LaneClient, rows: Int32Array): void {
    const { pods, waits, stays, services } = this;
    const { times, facts } = this.journeys;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] * TIMES;
      const at = times[row + ARRIVED];
      const begun = times[row + BEGUN];
      const served = times[row + SERVED];
      pods[i] = bookRows[facts[rows[i] * FACTS + POD]];
      waits[i] = begun - at;
      stays[i] = served - at;
      services[i] = served - begun;
    }
  }

  private lookAtLatencies(rows: Int32Array): void {
    const { latencies, parts } = this;
    const { times } = this.journeys;
    latencies.reset(rows.length);
    const { values } = latencies;
    let first = Infinity;
    let last = 0;
    let ways = 0;
    let costs = 0;
    let names = 0;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] * TIMES;
      const due = times[row + DUE];
      const resolved = times[row + RESOLVED];
      const ended = times[row + ENDED];
      values[i] = ended - due;
      ways += times[row + HOP];
      costs += times[row + COST];
      names += resolved - due;
      if (resolved < first) first = resolved;
      if (ended > last) last = ended;
    }
    latencies.settle();
    this.first = first;
    this.last = last;
    // Most runs have some of these for nobody.
    parts[CONNECT] = ways > 0 ? this.column(this.ways, rows, HOP, 2) : null;
    parts[NETWORK] = parts[CONNECT];
    parts[PROXY] = costs > 0 ? this.column(this.costs, rows, COST, 1) : null;
    parts[DNS] = names > 0 ? this.lookUps(rows) : null;
  }

  private column(
    column: Float64Array,
    rows: Int32Array,
    from: number,
    times: number,
  ): Float64Array {
    const { times: journeys } = this.journeys;
    for (let i = 0; i < rows.length; i++) column[i] = times * journeys[rows[i] * TIMES + from];
    return column;
  }

  private lookUps(rows: Int32Array): Float64Array {
    const { names } = this;
    const { times } = this.journeys;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] * TIMES;
      names[i] = times[row + RESOLVED] - times[row + DUE];
    }
    return names;
  }

  /** When each SYN has come to its pod, and when its answer is in. */
  private enterConnections(client: LaneClient, rows: Int32Array): void {
    const { calendar, pods, first, last } = this;
    const { measurement } = this.world;
    const { book, tally } = client;
    if (calendar.isQuietBetween(first, last)) {
      const windows = calendar.at(first);
      book.connectedAll(pods, 0, rows.length, windows);
      measurement.completed(tally, windows, rows.length);
      return;
    }
    const { times } = this.journeys;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] * TIMES;
      const arrival = times[row + RESOLVED] + times[row + COST] + times[row + HOP];
      book.connected(pods[i], calendar.at(arrival));
      measurement.completed(tally, calendar.at(times[row + ENDED]));
    }
  }

  /** Arrivals, ways that take time, ends of service. */
  private enterTrajectory(rows: Int32Array, count: number): void {
    const { clients, instants, ids } = this;
    const { queue } = this.world;
    const { times, facts } = this.journeys;
    let events = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[i] * TIMES;
      const fact = rows[i] * FACTS;
      const id = requestId(facts[fact + REQUEST]);
      const hop = times[row + HOP];
      instants[events] = times[row + DUE];
      ids[events++] = clients[facts[fact + CLIENT]].arrivalId;
      instants[events] = times[row + SERVED];
      ids[events++] = id;
      if (hop > 0) {
        const at = times[row + ARRIVED];
        const connection = connectionId(facts[fact + CONNECTION]);
        instants[events] = at - 2 * hop;
        ids[events++] = connection;
        instants[events] = at - hop;
        ids[events++] = connection;
        instants[events] = at;
        ids[events++] = id;
        instants[events] = times[row + ENDED];
        ids[events++] = id;
      } else if (times[row + COST] > 0) {
        instants[events] = times[row + ARRIVED];
        ids[events++] = connectionId(facts[fact + CONNECTION]);
      }
    }
    queue.passed.passAll(instants, ids, events);
    queue.fired += events;
  }

  private makeRoom(rows: number): void {
    this.group = new Int32Array(rows);
    this.pods = new Int32Array(rows);
    this.waits = new Float64Array(rows);
    this.stays = new Float64Array(rows);
    this.services = new Float64Array(rows);
    this.ways = new Float64Array(rows);
    this.costs = new Float64Array(rows);
    this.names = new Float64Array(rows);
    this.parts[QUEUE] = this.waits;
    this.parts[SERVICE] = this.services;
    this.instants = new Float64Array(6 * rows);
    this.ids = new Int32Array(6 * rows);
  }
}

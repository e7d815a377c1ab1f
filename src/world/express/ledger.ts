/**
 * What the journeys of the express lane leave in the books. Sums, counts and histograms take them in any order; what
 * depends on time is worked out from the instants: windows open and close by the clock in a quiet run.
 *
 * The books take many at a time, a loop a book: each is a small function, which the compiler does well.
 */
import { CONNECT, DNS, NETWORK, PROXY } from '../../contract/result.ts';
import { connectionId, requestId } from '../../engine/trajectory.ts';
import type { PartColumn } from '../../stats/parts-by-latency.ts';
import { ServedBatch } from '../measure/served-batch.ts';
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
  HOP,
  POD,
  REQUEST,
  RESOLVED,
  SERVED,
  WINDOWS,
  factsOf,
  timesOf,
} from './layout.ts';
import { WindowCalendar } from './window-calendar.ts';

const NONE: readonly PartColumn[] = [];

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
  /** Journeys of one client, where there are several. */
  private group: Int32Array = new Int32Array(0);
  /** Of these, some that were due in the same windows. */
  private readonly batch: ServedBatch = new ServedBatch();
  /** When the first of them set out, and when the last of them ended, ns. */
  private first = -0;
  private last = -0;
  /** Parts of latencies that most plans have for nobody. */
  private ways: Float64Array = new Float64Array(0);
  private costs: Float64Array = new Float64Array(0);
  private names: Float64Array = new Float64Array(0);

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

  private enterThoseOf(client: LaneClient, number: number, rows: Int32Array, count: number): void {
    if (count > this.group.length) this.group = new Int32Array(2 * count);
    const { group } = this;
    const { facts } = this.journeys;
    let size = 0;
    for (let i = 0; i < count; i++) {
      group[size] = rows[i];
      if (facts[factsOf(rows[i]) + CLIENT] === number) size++;
    }
    this.enterClient(client, group, size);
  }

  /** Journeys of one client: those that were due in the same windows together. */
  private enterClient(client: LaneClient, rows: Int32Array, count: number): void {
    const { batch, journeys } = this;
    const { measurement } = this.world;
    for (let from = 0, to = 0; from < count; from = to) {
      const windows = journeys.windows[journeys.facts[factsOf(rows[from]) + WINDOWS]];
      batch.reserve(count - from);
      to = from + this.look(client, rows, from, count);
      this.lookAtOthers(rows, from, to);
      this.enterStays(rows, from, to);
      client.book.servedAll(batch, windows, this.enterConnections(client, rows, from, to));
      measurement.recordAll(client.tally, batch, windows);
    }
  }

  /** Reads journeys from `from` on, as long as they were due in the same windows. Returns how many these are. */
  private look(
    { rows: bookRows, lastRow }: LaneClient,
    rows: Int32Array,
    from: number,
    to: number,
  ): number {
    const { batch } = this;
    const { pods, waits, services } = batch;
    const { values: stays } = batch.stays;
    const { values: latencies } = batch.latencies;
    const { times, facts } = this.journeys;
    const windows = facts[factsOf(rows[from]) + WINDOWS];
    let first = Infinity;
    let last = 0;
    let size = 0;
    for (; from + size < to; size++) {
      const number = rows[from + size];
      const fact = factsOf(number);
      if (facts[fact + WINDOWS] !== windows) break;
      const row = timesOf(number);
      const due = times[row + DUE];
      const at = times[row + ARRIVED];
      const begun = times[row + BEGUN];
      const served = times[row + SERVED];
      const ended = times[row + ENDED];
      pods[size] = bookRows[facts[fact + POD]];
      waits[size] = begun - at;
      services[size] = served - begun;
      stays[size] = served - at;
      latencies[size] = ended - due;
      if (due < first) first = due;
      if (ended > last) last = ended;
    }
    batch.settle(size);
    batch.lastPod = lastRow;
    this.first = first;
    this.last = last;
    return size;
  }

  /** What else their time went to, if anything. */
  private lookAtOthers(rows: Int32Array, from: number, to: number): void {
    const { batch } = this;
    batch.others = NONE;
    if (batch.latencies.total === batch.stays.total) return;
    if (to - from > this.ways.length) this.makeRoom(2 * (to - from));
    const { ways, costs, names } = this;
    const { times } = this.journeys;
    let onWays = 0;
    let onCosts = 0;
    let onNames = 0;
    for (let i = from; i < to; i++) {
      const row = timesOf(rows[i]);
      const way = 2 * times[row + HOP];
      const cost = times[row + COST];
      const name = times[row + RESOLVED] - times[row + DUE];
      ways[i - from] = way;
      costs[i - from] = cost;
      names[i - from] = name;
      onWays += way;
      onCosts += cost;
      onNames += name;
    }
    batch.others = [
      ...(onWays > 0
        ? [
            { part: CONNECT, spans: ways },
            { part: NETWORK, spans: ways },
          ]
        : []),
      ...(onCosts > 0 ? [{ part: PROXY, spans: costs }] : []),
      ...(onNames > 0 ? [{ part: DNS, spans: names }] : []),
    ];
  }

  /** Time in the system of those that have just been read. */
  private enterStays(rows: Int32Array, from: number, to: number): void {
    const { begin, end: over, first, last } = this;
    const { total } = this.batch.latencies;
    if (last > this.lastEnd) this.lastEnd = last;
    if (first >= begin && last <= over) {
      this.stayToEnd += total;
      return;
    }
    const { times } = this.journeys;
    for (let i = from; i < to; i++) {
      const row = timesOf(rows[i]);
      const due = times[row + DUE];
      const ended = times[row + ENDED];
      if (due < begin) this.stayToBegin += Math.min(ended, begin) - due;
      this.stayToEnd += Math.min(ended, over) - due;
    }
  }

  /**
   * When each SYN has come to its pod, and when its answer is in. Returns how many connections each of the batch opened in the
   * windows in which it was due: the others are in the books.
   */
  private enterConnections(client: LaneClient, rows: Int32Array, from: number, to: number): 0 | 1 {
    const { calendar, first, last } = this;
    const { pods } = this.batch;
    const { measurement } = this.world;
    const { book, tally } = client;
    if (calendar.isQuietBetween(first, last)) {
      measurement.completed(tally, calendar.at(first), to - from);
      return 1;
    }
    const { times } = this.journeys;
    for (let i = from; i < to; i++) {
      const row = timesOf(rows[i]);
      const arrival = times[row + RESOLVED] + times[row + COST] + times[row + HOP];
      book.connected(pods[i - from], calendar.at(arrival));
      measurement.completed(tally, calendar.at(times[row + ENDED]));
    }
    return 0;
  }

  /** Arrivals, ways that take time, ends of service. */
  private enterTrajectory(rows: Int32Array, count: number): void {
    const { clients } = this;
    const { queue } = this.world;
    const { passed } = queue;
    const { times, facts } = this.journeys;
    let events = 2 * count;
    for (let i = 0; i < count; i++) {
      const row = timesOf(rows[i]);
      const fact = factsOf(rows[i]);
      passed.pass(times[row + DUE], clients[facts[fact + CLIENT]].arrivalId);
      passed.pass(times[row + SERVED], requestId(facts[fact + REQUEST]));
      if (times[row + ARRIVED] > times[row + RESOLVED]) events += this.enterWays(row, fact);
    }
    queue.fired += events;
  }

  /** Of a journey whose way took time. Returns how many events. */
  private enterWays(row: number, fact: number): number {
    const { passed } = this.world.queue;
    const { times, facts } = this.journeys;
    const id = requestId(facts[fact + REQUEST]);
    const connection = connectionId(facts[fact + CONNECTION]);
    const at = times[row + ARRIVED];
    const hop = times[row + HOP];
    if (hop === 0) {
      passed.pass(at, connection);
      return 1;
    }
    passed.pass(at - 2 * hop, connection);
    passed.pass(at - hop, connection);
    passed.pass(at, id);
    passed.pass(times[row + ENDED], id);
    return 4;
  }

  private makeRoom(rows: number): void {
    this.ways = new Float64Array(rows);
    this.costs = new Float64Array(rows);
    this.names = new Float64Array(rows);
  }
}

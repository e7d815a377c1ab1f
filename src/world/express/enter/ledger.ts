/**
 * What the journeys of the express lane leave in the books. Sums, counts and histograms take them in any order; what
 * depends on time is worked out from the instants: windows open and close by the clock in a quiet run.
 *
 * The books take many at a time: one loop reads the journeys, and then each book has a loop of its own.
 */
import { CONNECT, DNS, NETWORK, PROXY } from '../../../contract/result.ts';
import { connectionId, requestId } from '../../../engine/trajectory.ts';
import type { PartColumn } from '../../../stats/parts-by-latency.ts';
import { Samples } from '../../../stats/sample.ts';
import { ServedBatch } from '../../measure/served-batch.ts';
import type { World } from '../../world.ts';
import type { Journeys } from '../journeys.ts';
import type { LaneClient } from '../lane-client.ts';
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
  ROWS,
  SERVED,
  TIMES,
  WINDOWS,
} from '../layout.ts';
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
  /** When the last of these ended, ns. */
  private last = -0;
  /** Their latencies where these are more than their time at pods, and what else they are made of. */
  private readonly latencies: Samples = new Samples();
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
      if (facts[(rows[i] & ROWS) * FACTS + CLIENT] === number) size++;
    }
    this.enterClient(client, group, size);
  }

  /** Journeys of one client: those that were due in the same windows together. */
  private enterClient(client: LaneClient, rows: Int32Array, count: number): void {
    const { batch, journeys } = this;
    const { measurement } = this.world;
    for (let from = 0; from < count; from += batch.size) {
      const some = from === 0 ? rows : rows.subarray(from);
      const windows = journeys.windows[journeys.facts[(some[0] & ROWS) * FACTS + WINDOWS]];
      this.look(client, some, count - from);
      this.enterStays(some);
      client.book.servedAll(batch, windows, this.enterConnections(client, some));
      measurement.recordAll(client.tally, batch, windows);
    }
  }

  /** Reads journeys into the batch, as many of the first `count` as were due in the same windows. */
  private look(client: LaneClient, rows: Int32Array, count: number): void {
    const { batch } = this;
    batch.reserve(count);
    const { pods, waits, stays } = batch;
    const { values } = stays;
    const { times, facts } = this.journeys;
    const { queue } = this.world;
    const { passed } = queue;
    const { arrivalId, rows: bookRows } = client;
    const windows = facts[(rows[0] & ROWS) * FACTS + WINDOWS];
    let total = 0;
    let smallest = Infinity;
    let largest = 0;
    let elsewhere = 0;
    let last = 0;
    let size = 0;
    for (; size < count; size++) {
      const number = rows[size] & ROWS;
      const fact = number * FACTS;
      if (facts[fact + WINDOWS] !== windows) break;
      const row = number * TIMES;
      const due = times[row + DUE];
      const at = times[row + ARRIVED];
      const served = times[row + SERVED];
      const ended = times[row + ENDED];
      const stay = served - at;
      pods[size] = bookRows[facts[fact + POD]];
      waits[size] = times[row + BEGUN] - at;
      values[size] = stay;
      total += stay;
      if (stay < smallest) smallest = stay;
      if (stay > largest) largest = stay;
      elsewhere += ended - due - stay;
      if (ended > last) last = ended;
      passed.pass(due, arrivalId);
      passed.pass(served, requestId(facts[fact + REQUEST]));
    }
    queue.fired += 2 * size;
    batch.size = size;
    batch.lastPod = client.lastRow;
    stays.settle(size, total, smallest, largest);
    this.last = last;
    batch.latencies = stays;
    batch.others = NONE;
    if (elsewhere > 0) this.lookElsewhere(rows);
  }

  /** What else their time went to: looking up names, the rules, the network. */
  private lookElsewhere(rows: Int32Array): void {
    const { batch, latencies } = this;
    const { size } = batch;
    latencies.reserve(size);
    if (size > this.ways.length) this.makeRoom(2 * size);
    const { ways, costs, names } = this;
    const { values } = latencies;
    const { times } = this.journeys;
    let total = 0;
    let smallest = Infinity;
    let largest = 0;
    let onWays = 0;
    let onCosts = 0;
    let onNames = 0;
    for (let i = 0; i < size; i++) {
      const row = (rows[i] & ROWS) * TIMES;
      const due = times[row + DUE];
      const latency = times[row + ENDED] - due;
      const name = times[row + RESOLVED] - due;
      const cost = times[row + COST];
      const way = 2 * times[row + HOP];
      values[i] = latency;
      names[i] = name;
      costs[i] = cost;
      ways[i] = way;
      total += latency;
      if (latency < smallest) smallest = latency;
      if (latency > largest) largest = latency;
      onNames += name;
      onCosts += cost;
      onWays += way;
    }
    latencies.settle(size, total, smallest, largest);
    batch.latencies = latencies;
    const others: PartColumn[] = [];
    if (onNames > 0) others.push({ part: DNS, spans: names });
    if (onCosts > 0) others.push({ part: PROXY, spans: costs });
    if (onWays > 0) others.push({ part: CONNECT, spans: ways }, { part: NETWORK, spans: ways });
    batch.others = others;
    if (onCosts > 0 || onWays > 0) this.passWays(rows);
  }

  /** Events of ways that take time. */
  private passWays(rows: Int32Array): void {
    const { size } = this.batch;
    const { queue } = this.world;
    const { passed } = queue;
    const { times, facts } = this.journeys;
    for (let i = 0; i < size; i++) {
      const row = (rows[i] & ROWS) * TIMES;
      const fact = (rows[i] & ROWS) * FACTS;
      const at = times[row + ARRIVED];
      const hop = times[row + HOP];
      const connection = connectionId(facts[fact + CONNECTION]);
      if (hop > 0) {
        const id = requestId(facts[fact + REQUEST]);
        passed.pass(at - 2 * hop, connection);
        passed.pass(at - hop, connection);
        passed.pass(at, id);
        passed.pass(times[row + ENDED], id);
        queue.fired += 4;
      } else if (times[row + COST] > 0) {
        passed.pass(at, connection);
        queue.fired++;
      }
    }
  }

  /** Time in the system of those that have just been read. */
  private enterStays(rows: Int32Array): void {
    const { begin, end: over, last } = this;
    const { size, latencies } = this.batch;
    const { times } = this.journeys;
    if (last > this.lastEnd) this.lastEnd = last;
    // Due in the same windows, they were all due before the measurement begins, or none.
    if (times[(rows[0] & ROWS) * TIMES + DUE] >= begin && last <= over) {
      this.stayToEnd += latencies.total;
      return;
    }
    for (let i = 0; i < size; i++) {
      const row = (rows[i] & ROWS) * TIMES;
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
  private enterConnections({ book, tally }: LaneClient, rows: Int32Array): 0 | 1 {
    const { calendar, last } = this;
    const { size, pods } = this.batch;
    const { measurement } = this.world;
    const { times } = this.journeys;
    const due = times[(rows[0] & ROWS) * TIMES + DUE];
    // No window opens or closes while they are due, and so none before the last has ended.
    if (calendar.isQuietBetween(due, last)) {
      measurement.completed(tally, calendar.at(due), size);
      return 1;
    }
    for (let i = 0; i < size; i++) {
      const row = (rows[i] & ROWS) * TIMES;
      const arrival = times[row + RESOLVED] + times[row + COST] + times[row + HOP];
      book.connected(pods[i], calendar.at(arrival));
      measurement.completed(tally, calendar.at(times[row + ENDED]));
    }
    return 0;
  }

  private makeRoom(rows: number): void {
    this.ways = new Float64Array(rows);
    this.costs = new Float64Array(rows);
    this.names = new Float64Array(rows);
  }
}

/**
 * The express lane: the requests of a quiet run, without events.
 *
 * In a quiet run (see eligibility.ts) nothing can happen to a request but its way to a pod, its turn there and its way
 * back, and all of it is known when it reaches the pod. So requests are taken in the order in which they are due, a few
 * hundred at a time, through four stages, with a room each:
 *
 *   issue/     it is due: what it demands, which client pod sends it (here, where there are several clients)
 *   connect/   the rules of the node pick its pod at the door, and it sets out and crosses the network
 *   serve/     when a worker of the pod takes it, and when it is done
 *   enter/     it is in the books
 *
 * From one to the next goes the number of its rows (journeys.ts, with the columns of layout.ts).
 *
 * The draws are the same as by events, and so is the order wherever it matters: picks on a node, arrivals at a
 * pod, and what a pick depends on. All else is sums. A run therefore finds the same to the last bit, its trajectory included;
 * test/world/express.test.ts holds it to that. What is not a request (windows, kube-proxies, names) stays in the event
 * queue, and the two take turns.
 *
 * Where something is about to happen that needs more than this, or where an order cannot be told, it gives up, and the run starts
 * again: strictly, with a door that keeps whole connections, where the door that there was knew too little (connect/door.ts), and by
 * events where that would not do either.
 */
import type { EventQueue } from '../../engine/event-queue.ts';
import type { NameResolver } from '../dns/name-waiter.ts';
import type { World } from '../world.ts';
import { CountingDoor, needsCountingDoor } from './connect/counting-door.ts';
import { Crossings } from './connect/crossings.ts';
import type { Door } from './connect/door.ts';
import { FreeDoor } from './connect/free-door.ts';
import { Journeys } from './journeys.ts';
import { LaneClient } from './lane-client.ts';
import {
  ARRIVED,
  CLIENT,
  DEMAND,
  DUE,
  FACTS,
  INSERTED,
  REPLICA,
  REQUEST,
  RESOLVED,
  TIMES,
  WINDOWS,
} from './layout.ts';
import { Ledger } from './enter/ledger.ts';
import { NameWait, type Resolved } from './issue/name-wait.ts';
import { NextArrivals } from './issue/next-arrivals.ts';
import type { PodQueues } from './serve/pod-queues.ts';
import { RowList } from './row-list.ts';
import { SingleWorkers } from './serve/single-workers.ts';
import { SoleClient } from './issue/sole-client.ts';
import type { OrderedDoor } from './connect/ordered-door.ts';
import { needsStrictDoor, StrictDoor } from './connect/strict-door.ts';
import { WorkerPools } from './serve/worker-pools.ts';

/** Journeys that go through the stages together. */
const BATCH = 256;

export class ExpressLane implements Resolved {
  private readonly world: World;
  private readonly queue: EventQueue;
  private readonly clients: readonly LaneClient[];
  /** Issues the requests of all, if all is one whose requests need nothing else first; else null. */
  private readonly sole: SoleClient | null;
  private readonly arrivals: NextArrivals;
  private readonly journeys: Journeys;
  private readonly door: Door;
  /** The same, if it goes by what has closed; else null. */
  private readonly orderedDoor: OrderedDoor | null;
  private readonly crossings: Crossings;
  private readonly pods: PodQueues;
  private readonly ledger: Ledger;
  /** Of this batch: who connects, and who is at a pod, so many of them served. */
  private readonly connecting: RowList = new RowList();
  private readonly there: RowList = new RowList();
  private served = 0;
  /** Up to when, exclusive: the event queue's next turn, ns; and up to when arrivals at pods are all known. */
  private readonly bound: Float64Array = new Float64Array(1);
  private readonly known: Float64Array = new Float64Array(1);
  private readonly waits: Set<NameWait> = new Set();
  private readonly idleWaits: NameWait[] = [];
  private cannotGoOn = false;

  /** Takes over the requests of a world in which nothing has fired yet; `strictly`: every connection is kept as it is by events. */
  constructor(world: World, strictly: boolean) {
    const { queue } = world;
    this.world = world;
    this.queue = queue;
    this.arrivals = new NextArrivals(
      world.clients.map(({ arrivals }) => ({
        at: queue.isPending(arrivals) ? arrivals.entry.at : Infinity,
        sequence: queue.withdraw(arrivals),
      })),
    );
    this.clients = world.clients.map((client) => new LaneClient(world, client));
    this.journeys = new Journeys(Math.max(1, ...this.clients.map(({ demands }) => demands.length)));
    const only = this.clients.length === 1 ? this.clients[0] : null;
    const isPlain = only?.client.names === null && this.journeys.workloads === 1;
    this.sole = isPlain ? new SoleClient(world, this.journeys, this.arrivals, only!) : null;
    this.orderedDoor = orderedDoor(world, strictly, this.journeys, this.clients);
    this.door = this.orderedDoor ?? new FreeDoor(world, this.journeys, this.clients);
    this.crossings = new Crossings(this.journeys);
    this.pods = podQueues(world, this.journeys);
    this.ledger = new Ledger(world, this.journeys, this.clients);
  }

  /** Something needs the event queue: what this lane has done counts for nothing. */
  get gaveUp(): boolean {
    return (
      this.cannotGoOn || this.door.isInDoubt || this.crossings.isInDoubt || this.pods.isInDoubt
    );
  }

  /** It has given up, and would not have if every connection had been kept. */
  get wasTooLax(): boolean {
    return this.door.isTooLax;
  }

  /**
   * Goes on, requests and the event queue's entries together, to `until` (ns), exclusive. Stops after about `limit` of
   * these; returns how many there were.
   */
  run(limit: number, until: number): number {
    const { queue, arrivals, bound } = this;
    let left = limit;
    while (left > 0 && !this.gaveUp) {
      const nextAt = queue.nextAt();
      bound[0] = Math.min(nextAt, until);
      const issued = this.issue(BATCH);
      left -= issued;
      this.pass();
      // There is more before the queue's turn, or less: a name may have to be looked up.
      if (issued === BATCH || bound[0] !== Math.min(nextAt, until)) continue;
      if (nextAt >= until || this.gaveUp) break;
      const { first } = arrivals;
      if (arrivals.at[first] === nextAt && !queue.nextComesBefore(arrivals.sequence[first])) {
        // Both have something due at this instant, and the lane's comes first.
        bound[0] = nextAt + 1;
        left -= this.issue(1);
        bound[0] = nextAt;
        this.pass();
      } else {
        this.giveTurn(nextAt);
        left--;
      }
    }
    return limit - left;
  }

  /** After the measurement: lets everything under way end, before `until` (ns). */
  drain(until: number): void {
    const { queue, ledger, waits } = this;
    for (;;) {
      const nextAt = queue.nextAt();
      this.bound[0] = waits.size > 0 ? nextAt : Infinity;
      this.pass();
      this.settleBooks();
      if (this.gaveUp) return;
      const isOver = waits.size === 0 && nextAt >= ledger.lastEnd;
      // What fires in the last instant has its place before the last request or after it.
      if (isOver && nextAt > ledger.lastEnd) break;
      if (isOver && !queue.nextComesBefore(0)) {
        this.cannotGoOn = true;
        return;
      }
      if (nextAt >= until) break;
      this.giveTurn(nextAt);
    }
    // Requests that are cut off leave connections open, of which the lane keeps no books.
    if (waits.size > 0 || ledger.lastEnd >= until) this.cannotGoOn = true;
    queue.advanceTo(Math.max(queue.now, ledger.lastEnd) as typeof queue.now);
    this.world.measurement.inSystem.set(0, 0, queue.now);
  }

  resolved(wait: NameWait): void {
    const { journeys, connecting } = this;
    const { row } = wait;
    this.waits.delete(wait);
    this.idleWaits.push(wait);
    journeys.times[row * TIMES + RESOLVED] = this.queue.now;
    journeys.times[row * TIMES + INSERTED] = NaN;
    connecting.reserve(1);
    connecting.push(row);
    this.pass();
  }

  unresolved(): void {
    this.cannotGoOn = true;
  }

  /** Up to `limit` requests are due before the bound. Returns how many. */
  private issue(limit: number): number {
    this.journeys.reserve(limit);
    this.connecting.reserve(limit);
    if (this.sole === null) return this.issueOfAll(limit);
    return this.sole.issue(limit, this.bound, this.connecting);
  }

  private issueOfAll(limit: number): number {
    const { journeys, arrivals, world, queue, bound, connecting } = this;
    const { times, facts } = journeys;
    let issued = 0;
    while (issued < limit) {
      const { first } = arrivals;
      const now = arrivals.at[first];
      if (now >= bound[0]) break;
      issued++;
      const client = this.clients[first];
      const row = journeys.take();
      const at = row * TIMES;
      times[at + DUE] = now;
      times[at + RESOLVED] = now;
      times[at + INSERTED] = client.lastIssue;
      client.lastIssue = now;
      queue.now = now as typeof queue.now;
      this.proceed(client);
      this.drawDemands(row, client);
      facts[row * FACTS + WINDOWS] = journeys.numberOf(world.measurement.due(client.tally));
      const number = client.client.dealing.next();
      facts[row * FACTS + REQUEST] = world.issued++;
      facts[row * FACTS + CLIENT] = first;
      facts[row * FACTS + REPLICA] = number;
      const { resolver } = client.replicas[number].replica;
      if (resolver === null || resolver.isFresh) {
        connecting.push(row);
      } else {
        this.wait(row, resolver);
        break;
      }
    }
    return issued;
  }

  /** The next arrival of the client whose arrival has just come. */
  private proceed(client: LaneClient): void {
    const { arrivals } = this;
    const { first } = arrivals;
    const at = client.times.next();
    if (at < this.world.horizon) {
      arrivals.at[first] = at;
      arrivals.sequence[first] = this.queue.sequence++;
    } else {
      arrivals.at[first] = Infinity;
    }
    arrivals.find();
  }

  private drawDemands(row: number, { demands }: LaneClient): void {
    const { times, workloads, demands: drawn } = this.journeys;
    times[row * TIMES + DEMAND] = demands[0].next();
    if (workloads === 1) return;
    drawn[row * workloads] = times[row * TIMES + DEMAND];
    for (let i = 1; i < demands.length; i++) drawn[row * workloads + i] = demands[i].next();
  }

  /** Those before it have connected before the lookup begins. */
  private wait(row: number, resolver: NameResolver): void {
    const { queue, journeys, bound } = this;
    bound[0] = journeys.times[row * TIMES + DUE];
    this.pass();
    this.door.upTo(bound[0]);
    queue.now = bound[0] as typeof queue.now;
    const wait = this.idleWaits.pop() ?? new NameWait(this);
    wait.row = row;
    this.waits.add(wait);
    resolver.resolve(wait);
    // The lookup may have an event before the bound that there was.
    bound[0] = -Infinity;
  }

  /** Takes the journeys that are due on to the next stages. */
  private pass(): void {
    const { connecting, known, arrivals, bound, crossings, there } = this;
    if (this.orderedDoor !== null) this.connectOneByOne(this.orderedDoor);
    else this.connectAll();
    connecting.size = 0;
    known[0] = Math.min(arrivals.at[arrivals.first], bound[0]);
    if (crossings.size > 0) crossings.take(known, there);
    this.serve();
    if (there.size >= BATCH) this.settleBooks();
  }

  /** What closes before each connects must be known by then: whoever is at a pod is served before the next connects. */
  private connectOneByOne(door: OrderedDoor): void {
    const { connecting, crossings, known, there, journeys, pods } = this;
    const { rows, size } = connecting;
    let i = 0;
    while (i < size && !door.isInDoubt) {
      if (crossings.size > 0) {
        known[0] = journeys.times[rows[i] * TIMES + RESOLVED];
        crossings.take(known, there);
        this.serve();
        // Its close and the next connect are in one instant, too, and it is not known which comes first.
        if (crossings.canEndAt(known)) this.cannotGoOn = true;
      }
      if (crossings.size > 0) {
        this.connect(i, ++i);
        continue;
      }
      const stop = door.connectAndServe(rows, i, size, pods);
      there.append(rows, i, stop);
      this.served = there.size;
      i = stop;
      if (i < size && !door.isInDoubt) crossings.add(rows[i++]);
    }
  }

  private connectAll(): void {
    const { connecting, crossings, door, there } = this;
    const { rows, size } = connecting;
    door.connect(rows, 0, size);
    if (door.isInDoubt) return;
    if (door.takesTime || crossings.size > 0) this.setOut(0, size);
    else there.append(rows, 0, size);
  }

  private connect(from: number, to: number): void {
    const { door } = this;
    door.connect(this.connecting.rows, from, to);
    if (!door.isInDoubt) this.setOut(from, to);
  }

  /** Those that have connected are on their way to their pods, or there. */
  private setOut(from: number, to: number): void {
    const { crossings, there, journeys } = this;
    const { rows } = this.connecting;
    there.reserve(to - from);
    const { times } = journeys;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const isUnderWay = times[row * TIMES + ARRIVED] > times[row * TIMES + RESOLVED];
      if (isUnderWay || crossings.size > 0) crossings.add(row);
      else there.push(row);
    }
  }

  /** Those that have come to their pods are served. */
  private serve(): void {
    const { pods, door, there, served } = this;
    if (there.size === served) return;
    pods.serve(there.rows, served, there.size);
    door.served(there.rows, served, there.size);
    this.served = there.size;
  }

  private settleBooks(): void {
    const { there, ledger } = this;
    ledger.enter(there.rows, there.size);
    there.size = 0;
    this.served = 0;
  }

  /** The event queue takes its turn at `instant` (ns), before which all is done. */
  private giveTurn(instant: number): void {
    this.door.upTo(instant);
    if (this.ledger.calendar.isEdge(instant)) this.tellBooks(instant);
    this.queue.runEntry();
  }

  /** A window opens or closes: the averages over time are asked for. */
  private tellBooks(edge: number): void {
    this.settleBooks();
    this.pods.tellLoads(edge);
    const { times } = this.journeys;
    let waiting = 0;
    let level = 0;
    const add = (row: number): void => {
      waiting += edge - times[row * TIMES + DUE];
      level++;
    };
    this.crossings.forEach(add);
    for (const { row } of this.waits) add(row);
    this.ledger.tellInSystem(edge, level, waiting);
  }
}

function podQueues({ pods, loads, measurement }: World, journeys: Journeys): PodQueues {
  return pods.every(({ plan }) => plan.concurrency === 1)
    ? new SingleWorkers(pods.length, journeys, loads, measurement)
    : new WorkerPools(pods, journeys, loads, measurement);
}

/** The door for rules that go by what has closed; null: none do. */
function orderedDoor(
  world: World,
  strictly: boolean,
  journeys: Journeys,
  clients: readonly LaneClient[],
): OrderedDoor | null {
  if (strictly || needsStrictDoor(world)) return new StrictDoor(world, journeys, clients);
  return needsCountingDoor(world) ? new CountingDoor(world, journeys, clients) : null;
}

/**
 * The express lane: the requests of a quiet run, without an object for each of their steps.
 *
 * In a quiet run (see eligibility.ts) nothing can happen to a request but its way to a pod, its
 * turn there and its way back. The lane takes these steps in the very order in which the event queue would,
 * with the same draws, the same numbers of insertion and the same books, so that a run finds the same to the last
 * bit, its trajectory included; test/world/express.test.ts holds it to that. What is not a request (windows,
 * kube-proxies) stays in the event queue, and the two take turns.
 *
 * Where something is about to happen that needs more than this, it gives up, and the run starts again by events.
 */
import { CONNECT, DNS, NETWORK, PROXY, QUEUE, SERVICE } from '../../contract/result.ts';
import type { EventQueue } from '../../engine/event-queue.ts';
import { CLOSED_BY_CLIENT, FORWARDED } from '../../proxy/data-plane.ts';
import type { Measurement } from '../measure/measurement.ts';
import type { PodLoads } from '../measure/pod-loads.ts';
import type { World } from '../world.ts';
import { Ended } from './ended.ts';
import { Journey, type Resolved } from './journey.ts';
import {
  ARRIVAL,
  AT_POD,
  BEGUN,
  COLUMNS,
  DEMAND,
  DUE,
  NOTHING,
  PENDING,
  REQUEST,
  RESOLVED,
  RESPONSE,
  SERVED,
  SERVICE_END,
  SYN,
  SYN_ACK,
  UP,
} from './layout.ts';
import { LaneClient } from './lane-client.ts';
import { NextArrivals } from './next-arrivals.ts';
import type { Pending } from './pending.ts';
import { Timetable } from './timetable.ts';

/** As a bound: the event queue may have something sooner by now. */
const LOOK_AGAIN = -Infinity;

export class ExpressLane implements Resolved {
  /** Something needs the event queue: what this lane has done counts for nothing. */
  gaveUp: boolean = false;

  private readonly world: World;
  private readonly queue: EventQueue;
  private readonly measurement: Measurement;
  private readonly loads: PodLoads;
  private readonly clients: readonly LaneClient[];
  private readonly timetable: Timetable;
  private readonly pending: Pending;
  private readonly journeys: Journey[] = [];
  private times: Float64Array = new Float64Array(64 * COLUMNS);
  /** Numbers of connections that are closed, used again before new ones are given. */
  private readonly idleConnections: number[] = [];
  /** By pod: workers, and the first and the last in its queue. */
  private readonly concurrency: Int32Array;
  private readonly first: (Journey | null)[];
  private readonly last: (Journey | null)[];
  private readonly ended: Ended = new Ended();

  /** Takes over the requests of a world in which nothing has fired yet. */
  constructor(world: World) {
    this.world = world;
    this.queue = world.queue;
    this.measurement = world.measurement;
    this.loads = world.loads;
    this.timetable = new Timetable(
      new NextArrivals(
        world.clients.map(({ arrivals }) => ({
          at: this.queue.isPending(arrivals) ? arrivals.entry.at : Infinity,
          sequence: this.queue.withdraw(arrivals),
        })),
      ),
    );
    this.pending = this.timetable.pending;
    this.clients = world.clients.map(
      (client) =>
        new LaneClient(
          world,
          client,
          client.network.hops.map((hop) => this.timetable.lineOf(hop)),
        ),
    );
    this.concurrency = Int32Array.from(world.pods, ({ plan }) => plan.concurrency);
    this.first = world.pods.map(() => null);
    this.last = world.pods.map(() => null);
  }

  /** As EventQueue.run, for the lane and the queue together. */
  run(limit: number, until: number): number {
    const { queue, timetable } = this;
    const { bound } = timetable;
    let left = limit;
    while (left > 0 && !this.gaveUp) {
      const nextAt = queue.nextAt();
      bound[0] = Math.min(nextAt, until);
      left -= this.stretch(left);
      if (left === 0 || this.gaveUp) break;
      if (bound[0] === LOOK_AGAIN) continue;
      if (nextAt >= until) break;
      const sequence = timetable.sequenceAt(nextAt);
      if (sequence === Infinity || queue.nextComesBefore(sequence)) {
        left -= queue.runEntry();
      } else {
        // Both have something due at this instant, and the lane's comes first.
        bound[0] = nextAt + 1;
        left -= this.stretch(1);
      }
    }
    return limit - left;
  }

  /** Takes up to `limit` steps that are due before `bound`; returns how many there were. */
  private stretch(limit: number): number {
    let steps = 0;
    while (steps < limit && this.step()) steps++;
    return steps;
  }

  /** Takes the next step, if it is due before the bound. */
  private step(): boolean {
    const { queue, timetable } = this;
    const source = timetable.next();
    if (source === NOTHING) return false;
    const at = timetable.at[0];
    queue.now = at as typeof queue.now;
    queue.fired++;
    if (source === ARRIVAL) {
      const client = this.clients[timetable.arrivals.first];
      queue.passed.pass(at, client.arrivalId);
      this.issue(client);
      return !this.gaveUp;
    }
    const { pending, crossings } = timetable;
    const journey = this.journeys[source === PENDING ? pending.take() : crossings[source].take()];
    queue.passed.pass(at, journey.stage <= SYN_ACK ? journey.connectionId : journey.attemptId);
    if (journey.stage === SERVICE_END) this.finish(journey);
    else this.arrive(journey);
    return true;
  }

  /** A request of this client is due. */
  private issue(lane: LaneClient): void {
    const { queue, world } = this;
    const { now } = queue;
    this.proceed(lane);
    const journey = lane.idle.pop() ?? this.newJourney(lane);
    world.issued++;
    this.drawDemands(journey, lane);
    journey.windows = this.measurement.issued(lane.tally);
    journey.replica = lane.replicas[lane.client.deal()];
    this.times[journey.index * COLUMNS + DUE] = now;
    journey.connectionId = this.idleConnections.pop() ?? queue.made++;
    const { resolver } = journey.replica.replica;
    if (resolver === null || resolver.isFresh) {
      this.resolved(journey);
    } else {
      resolver.resolve(journey);
      // The lookup may have an event before this bound.
      this.timetable.bound[0] = LOOK_AGAIN;
    }
  }

  private drawDemands(journey: Journey, { demands }: LaneClient): void {
    if (journey.demands === null) {
      this.times[journey.index * COLUMNS + DEMAND] = demands[0].next();
      return;
    }
    for (let i = 0; i < demands.length; i++) journey.demands[i] = demands[i].next();
  }

  /** The address of the target is known: the handshake begins. */
  resolved(journey: Journey): void {
    this.times[journey.index * COLUMNS + RESOLVED] = this.queue.now;
    this.connect(journey);
  }

  unresolved(): void {
    this.gaveUp = true;
  }

  /** Schedules the next arrival of the client whose arrival has just come. */
  private proceed(lane: LaneClient): void {
    const { arrivals } = this.timetable;
    const { first } = arrivals;
    const at = lane.times.next();
    if (at < this.world.horizon) {
      arrivals.at[first] = at;
      arrivals.sequence[first] = this.queue.sequence++;
    } else {
      arrivals.at[first] = Infinity;
    }
    if (this.clients.length > 1) arrivals.find();
  }

  /** connect(): a source port, the verdict of the client's node, and off goes the SYN. */
  private connect(journey: Journey): void {
    const { replica: lane, client } = journey;
    const { now } = this.queue;
    const { replica, ports, conntrack } = lane;
    this.world.connectionsOpened++;
    lane.proxy.keepUp();
    lane.rules ??= replica.rules();
    journey.sourceIp = replica.address;
    journey.sourcePort = 0;
    journey.endpoint = null;
    journey.proxyCost = 0;
    journey.slot = -1;
    if (ports !== null) journey.sourcePort = ports.acquire(now);
    if (
      journey.sourcePort < 0 ||
      lane.rules === null ||
      (conntrack !== null && conntrack.isFull(now)) ||
      lane.rules.open(journey, now) !== FORWARDED
    ) {
      this.gaveUp = true;
      return;
    }
    if (conntrack !== null) conntrack.open();
    const { pod } = journey.endpoint!;
    journey.pod = pod;
    journey.row = client.rows[pod];
    if (journey.demands !== null) {
      this.times[journey.index * COLUMNS + DEMAND] = journey.demands[client.demandSlots[pod]];
    }
    journey.hop = client.client.network.hop(replica.node, this.world.pods[pod].node);
    if (journey.proxyCost !== 0) this.sendSynLate(journey);
    else if (journey.hop.isImmediate) this.reachPod(journey);
    else this.cross(journey, SYN);
  }

  /** Handshake and request take no time. */
  private reachPod(journey: Journey): void {
    journey.client.book.connected(journey.row, this.measurement.current);
    this.times[journey.index * COLUMNS + UP] = this.queue.now;
    this.enterPod(journey);
  }

  /** The rules take their time before the SYN leaves. */
  private sendSynLate(journey: Journey): void {
    const { now } = this.queue;
    const { dueAt } = this.pending;
    dueAt[0] = now + journey.proxyCost + journey.hop.delay();
    if (dueAt[0] > now + journey.client.client.handshakeLimit) this.gaveUp = true;
    journey.stage = SYN;
    this.pending.add(journey.index, this.queue.sequence++);
  }

  /** Crosses the network to the next stage: what takes no time happens at once. */
  private cross(journey: Journey, stage: number): void {
    const { hop } = journey;
    journey.stage = stage;
    if (hop.isImmediate) {
      this.arrive(journey);
      return;
    }
    const line = journey.client.lines[hop.distance];
    if (line !== null) {
      line.add(journey.index, this.queue.now, this.queue.sequence++);
    } else {
      this.pending.dueAt[0] = this.queue.now + hop.delay();
      this.pending.add(journey.index, this.queue.sequence++);
    }
  }

  /** What was sent has arrived: at the pod or back at the client. */
  private arrive(journey: Journey): void {
    switch (journey.stage) {
      case SYN:
        journey.client.book.connected(journey.row, this.measurement.current);
        this.cross(journey, SYN_ACK);
        break;
      case SYN_ACK:
        this.times[journey.index * COLUMNS + UP] = this.queue.now;
        this.cross(journey, REQUEST);
        break;
      case REQUEST:
        this.enterPod(journey);
        break;
      default:
        this.end(journey);
    }
  }

  /** The request is at the pod: a worker takes it, or it waits. */
  private enterPod(journey: Journey): void {
    const { loads } = this;
    const { now } = this.queue;
    const { pod, client, windows } = journey;
    this.times[journey.index * COLUMNS + AT_POD] = now;
    client.book.arrived(journey.row, windows);
    const isFree = loads.busy(pod) < this.concurrency[pod];
    loads.add(pod, 1, isFree ? 1 : 0, now);
    loads.noteArrival(pod, this.measurement.current);
    if (isFree) {
      this.begin(journey);
      return;
    }
    const last = this.last[pod];
    journey.behind = null;
    if (last === null) this.first[pod] = journey;
    else last.behind = journey;
    this.last[pod] = journey;
  }

  private begin(journey: Journey): void {
    const { times, pending, queue } = this;
    const row = journey.index * COLUMNS;
    journey.stage = SERVICE_END;
    times[row + BEGUN] = queue.now;
    pending.dueAt[0] = queue.now + times[row + DEMAND];
    pending.add(journey.index, queue.sequence++);
  }

  /** The request has had its service; the next in the pod's queue begins its own. */
  private finish(journey: Journey): void {
    const { loads, times } = this;
    const { now } = this.queue;
    const { pod } = journey;
    const next = this.first[pod];
    if (next === null) {
      loads.add(pod, -1, -1, now);
    } else {
      loads.add(pod, -1, 0, now);
      this.first[pod] = next.behind;
      if (next.behind === null) this.last[pod] = null;
      this.begin(next);
    }
    const row = journey.index * COLUMNS;
    times[row + SERVED] = now;
    const arrived = times[row + AT_POD];
    journey.client.book.served(
      journey.row,
      journey.windows,
      times[row + BEGUN] - arrived,
      now - arrived,
    );
    if (journey.hop.isImmediate) this.end(journey);
    else this.cross(journey, RESPONSE);
  }

  /** The response is in: the connection closes, and the request counts. */
  private end(journey: Journey): void {
    const { world, times, ended } = this;
    const { now } = this.queue;
    const { ports, rules, conntrack, proxy } = journey.replica;
    if (ports !== null) ports.rest(journey.sourcePort, now);
    proxy.keepUp();
    rules!.close(journey, now, CLOSED_BY_CLIENT);
    if (conntrack !== null) conntrack.close(now);
    world.connectionsClosed++;
    this.idleConnections.push(journey.connectionId);
    world.succeeded++;

    const row = journey.index * COLUMNS;
    const { parts } = ended;
    const resolved = times[row + RESOLVED];
    const up = times[row + UP];
    const served = times[row + SERVED];
    ended.due = times[row + DUE];
    ended.windows = journey.windows;
    parts[PROXY] = journey.proxyCost;
    parts[DNS] = resolved - ended.due;
    parts[CONNECT] = up - resolved - journey.proxyCost;
    parts[NETWORK] = times[row + AT_POD] - up + (now - served);
    parts[QUEUE] = times[row + BEGUN] - times[row + AT_POD];
    parts[SERVICE] = served - times[row + BEGUN];
    this.measurement.ended(journey.client.tally, ended, null);
    journey.client.idle.push(journey);
  }

  private newJourney(client: LaneClient): Journey {
    const journey = new Journey(this, this.journeys.length, client, this.queue.made++);
    this.journeys.push(journey);
    if (this.journeys.length * COLUMNS > this.times.length) {
      const times = new Float64Array(2 * this.times.length);
      times.set(this.times);
      this.times = times;
    }
    return journey;
  }
}

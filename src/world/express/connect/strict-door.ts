/**
 * A door that is told of each close when its time has come, because the next pick depends on it: by counts of connections,
 * or by an entry that is still there.
 *
 * Whether a connection that closes in the very instant in which another opens has closed by then: the event queue
 * takes first what it was given first. Where that cannot be told, the result is in doubt. So it is where two close in one instant, were
 * served and began in one, and one of them had waited for a worker: which of them began first depends on all that their pods
 * have served before. It matters to the order in which ports rest, and to IPVS' clock, which looks at silent connections at the
 * first close.
 */
import { CLOSED_BY_CLIENT } from '../../../proxy/data-plane.ts';
import type { World } from '../../world.ts';
import { Door } from './door.ts';
import { Gate, GateFlow } from './gate.ts';
import type { Journeys } from '../journeys.ts';
import type { LaneClient } from '../lane-client.ts';
import {
  ARRIVED,
  BEGUN,
  CLIENT,
  ENDED,
  FACTS,
  HOP,
  INSERTED,
  REPLICA,
  RESOLVED,
  ROWS,
  SERVED,
  TIMES,
} from '../layout.ts';
import { Pending } from './pending.ts';
import type { PodQueues } from '../serve/pod-queues.ts';

export class StrictDoor extends Door {
  /** By client and client pod. */
  private readonly gates: readonly (readonly Gate[])[];
  /** Flows by number, from 1 on, in the order in which they were made. */
  private readonly flows: GateFlow[] = [];
  /** The number of the flow of each row that is on its way to its pod, by row; and flows by when they close. */
  private flowOf: Int32Array = new Int32Array(0);
  private readonly closings: Pending = new Pending();
  /** By flow: 1, if it began when another was served. And the flow that has closed last. */
  private waited: Uint8Array = new Uint8Array(0);
  private closed = 0;

  constructor(world: World, journeys: Journeys, clients: readonly LaneClient[]) {
    super(world, journeys, clients);
    this.gates = clients.map((client) =>
      client.replicas.map((replica) => new Gate(client, replica)),
    );
    // Nobody's: number 0 stands for no flow.
    this.flows.push(new GateFlow(0, this.gates[0][0]));
  }

  override connect(rows: Int32Array, from: number, to: number): void {
    for (let i = from; i < to && !this.isInDoubt; i++) {
      const flow = this.connectOne(rows[i]);
      if (flow !== null) this.keep(rows[i], flow);
    }
  }

  /**
   * Connects journeys of `rows` from `from` to `to`, each of which is served before the next one connects. Returns where it stops:
   * at one that has connected and is still on its way to its pod, or in doubt.
   */
  connectAndServe(rows: Int32Array, from: number, to: number, pods: PodQueues): number {
    const { times } = this.journeys;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const flow = this.connectOne(row);
      if (flow === null) return i;
      const at = (row & ROWS) * TIMES;
      if (times[at + ARRIVED] > times[at + RESOLVED]) {
        this.keep(row, flow);
        return i;
      }
      pods.serve(rows, i, i + 1);
      this.noteClose(row, flow.number);
    }
    return to;
  }

  override served(rows: Int32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.noteClose(rows[i], this.flowOf[rows[i]]);
  }

  override upTo(instant: number): void {
    const { closings } = this;
    while (closings.soonestAt < instant) {
      if (closings.isAtTurn) closings.turn();
      else this.close();
    }
  }

  /** Returns its flow; null: there is doubt. */
  private connectOne(row: number): GateFlow | null {
    const { times, facts } = this.journeys;
    const fact = (row & ROWS) * FACTS;
    const now = times[(row & ROWS) * TIMES + RESOLVED];
    if (this.closings.soonestAt <= now) this.closeBefore(row);
    const gate = this.gates[facts[fact + CLIENT]][facts[fact + REPLICA]];
    const { replica, ports, conntrack } = gate;
    const flow = gate.idle > 0 ? this.flows[gate.idle] : this.newFlow(gate);
    if (ports !== null) flow.sourcePort = ports.acquire(now);
    if (
      flow.sourcePort < 0 ||
      (conntrack !== null && conntrack.isFull(now)) ||
      !this.isForwarded(flow, replica, now)
    ) {
      this.isInDoubt = true;
    }
    if (this.isInDoubt) return null;
    gate.rules ??= replica.rules;
    gate.idle = flow.nextIdle;
    if (conntrack !== null) conntrack.open();
    this.setOut(row, flow, gate.client, replica);
    return flow;
  }

  /** What closes before `row` connects does. */
  private closeBefore(row: number): void {
    const { closings } = this;
    const { times } = this.journeys;
    const now = times[row * TIMES + RESOLVED];
    for (;;) {
      const at = closings.soonestAt;
      if (at > now) return;
      if (closings.isAtTurn) closings.turn();
      else if (at === now && !this.isFirst(row)) return;
      else this.close();
    }
  }

  /** Whether the soonest to close, in the instant in which `row` connects, comes first. */
  private isFirst(row: number): boolean {
    const { closings } = this;
    const inserted = this.journeys.times[row * TIMES + INSERTED];
    const since = closings.keys[2 * closings.soonest + 1];
    if (!(since < inserted) && !(since > inserted)) this.isInDoubt = true;
    return since < inserted;
  }

  /** A journey has been served: it is known when its flow closes. */
  private noteClose(row: number, flow: number): void {
    const { closings } = this;
    const { keys } = closings;
    const { times } = this.journeys;
    const at = (row & ROWS) * TIMES;
    keys[2 * flow] = times[at + ENDED];
    // The event of the response, or where that takes no time that of the service's end.
    keys[2 * flow + 1] = times[at + HOP] > 0 ? times[at + SERVED] : times[at + BEGUN];
    closings.causes[flow] = times[at + BEGUN];
    const inserted = times[at + INSERTED];
    this.waited[flow] = inserted === inserted ? 0 : 1;
    closings.add(flow);
  }

  /** The soonest to close does. */
  private close(): void {
    const { closings } = this;
    const number = closings.take();
    const now = closings.keys[2 * number];
    const flow = this.flows[number];
    const { gate } = flow;
    if (closings.keys[2 * this.closed] === now) this.settleTie(number);
    this.closed = number;
    const { ports, conntrack } = gate;
    if (ports !== null) ports.rest(flow.sourcePort, now);
    // The client has just heard the answer: what IPVS has not forgotten yet it keeps.
    if (gate.client.client.marksSilence) flow.seenAt = now;
    gate.rules!.close(flow, now, CLOSED_BY_CLIENT);
    if (conntrack !== null) conntrack.close(now);
    flow.nextIdle = gate.idle;
    gate.idle = number;
  }

  /** Two close in the same instant, one after the other: whether that is their order. */
  private settleTie(number: number): void {
    const { closed, closings, flows, waited } = this;
    const { keys, causes } = closings;
    if (keys[2 * closed + 1] !== keys[2 * number + 1] || causes[closed] !== causes[number]) return;
    if (waited[closed] + waited[number] === 0) return;
    const { ports, client } = flows[number].gate;
    if (ports !== null || client.client.marksSilence) this.isInDoubt = true;
  }

  private newFlow(gate: Gate): GateFlow {
    const flow = new GateFlow(this.flows.length, gate);
    this.flows.push(flow);
    this.closings.reserve(flow.number);
    if (flow.number >= this.waited.length) {
      const waited = new Uint8Array(2 * flow.number + 1);
      waited.set(this.waited);
      this.waited = waited;
    }
    return flow;
  }

  /** The flow of a journey that is on its way. */
  private keep(row: number, { number }: GateFlow): void {
    if (row >= this.flowOf.length) {
      const flowOf = new Int32Array(this.journeys.rows);
      flowOf.set(this.flowOf);
      this.flowOf = flowOf;
    }
    this.flowOf[row] = number;
  }
}

/** Whether picks can depend on what has closed, or names are looked up through what the requests go through. */
export function needsStrictDoor({ plan, clients }: World): boolean {
  return clients.some(({ replicas, names }) =>
    replicas.some(({ proxy }) => {
      const { mode, conntrack } = plan.proxies[plan.nodes[proxy!.node].proxy];
      return mode === 'ipvs' || (names !== null && conntrack.max !== null);
    }),
  );
}

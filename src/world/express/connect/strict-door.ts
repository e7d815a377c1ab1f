/**
 * A door that keeps each connection as it is by events: its source port, its entries, its flow at the rules. So nothing can come
 * of a connection here that it would not know.
 *
 * The result is in doubt where two close in one instant, were served in one and began in one, and one of them had waited for a
 * worker: which of them began first depends on all that their pods have served before. It matters to the order in which ports
 * rest, and to IPVS' clock, which looks at silent connections at the first close. It is in doubt, too, where one closes in the
 * instant of an event that may be a lookup's.
 */
import { CLOSED_BY_CLIENT } from '../../../proxy/data-plane.ts';
import type { World } from '../../world.ts';
import { Gate, GateFlow } from './gate.ts';
import type { Journeys } from '../journeys.ts';
import type { LaneClient } from '../lane-client.ts';
import { ARRIVED, CLIENT, FACTS, INSERTED, REPLICA, RESOLVED, ROWS, TIMES } from '../layout.ts';
import { OrderedDoor } from './ordered-door.ts';
import type { PodQueues } from '../serve/pod-queues.ts';

export class StrictDoor extends OrderedDoor {
  /** By client and client pod. */
  private readonly gates: readonly (readonly Gate[])[];
  /** Flows by number, from 1 on, in the order in which they were made. */
  private readonly flows: GateFlow[] = [];
  /** By flow: 1, if it began when another was served. And the flow that has closed last. */
  private waited: Uint8Array = new Uint8Array(0);
  private closed = 0;
  /** Whether lookups of names may find one thing just before a close, and another just after it. */
  private readonly isLookedAt: boolean;

  constructor(world: World, journeys: Journeys, clients: readonly LaneClient[]) {
    super(world, journeys, clients);
    this.gates = clients.map((client) =>
      client.replicas.map((replica) => new Gate(client, replica)),
    );
    const looksUp = clients.some(({ client }) => client.names !== null);
    this.isLookedAt =
      looksUp &&
      clients.some(
        ({ client, replicas }) =>
          client.marksSilence || replicas.some(({ proxy }) => proxy.conntrack !== null),
      );
    // Nobody's: number 0 stands for no flow.
    this.flows.push(new GateFlow(0, this.gates[0][0]));
  }

  override connect(rows: Int32Array, from: number, to: number): void {
    for (let i = from; i < to && !this.isInDoubt; i++) {
      const flow = this.connectOne(rows[i]);
      if (flow !== null) this.keep(rows[i], flow.number);
    }
  }

  override connectAndServe(rows: Int32Array, from: number, to: number, pods: PodQueues): number {
    const { times } = this.journeys;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const flow = this.connectOne(row);
      if (flow === null) return i;
      const at = (row & ROWS) * TIMES;
      if (times[at + ARRIVED] > times[at + RESOLVED]) {
        this.keep(row, flow.number);
        return i;
      }
      pods.serve(rows, i, i + 1);
      this.noteClose(row, flow.number);
    }
    return to;
  }

  override served(rows: Int32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.noteClose(rows[i], this.kept(rows[i]));
  }

  override upTo(instant: number): void {
    super.upTo(instant);
    const { closings } = this;
    if (this.isLookedAt && !closings.isAtTurn && closings.soonestAt === instant) {
      this.isInDoubt = true;
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
    gate.idle = flow.nextIdle;
    if (conntrack !== null) conntrack.open();
    this.setOut(row, flow, gate.client, replica);
    return flow;
  }

  protected override noteClose(row: number, flow: number): void {
    const inserted = this.journeys.times[(row & ROWS) * TIMES + INSERTED];
    this.waited[flow] = inserted === inserted ? 0 : 1;
    super.noteClose(row, flow);
  }

  protected override close(): void {
    const { closings } = this;
    const number = closings.take();
    const now = closings.keys[2 * number];
    const flow = this.flows[number];
    const { gate } = flow;
    if (closings.keys[2 * this.closed] === now) this.settleTie(number);
    this.closed = number;
    // The client has just heard the answer: what IPVS has not forgotten yet it keeps, whatever its node was still to do.
    if (gate.client.client.marksSilence) flow.seenAt = now;
    this.keepUp(gate.replica, now);
    const { ports, conntrack } = gate;
    if (ports !== null) ports.rest(flow.sourcePort, now);
    gate.replica.rules.close(flow, now, CLOSED_BY_CLIENT);
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
}

/** Whether names are looked up through what the requests go through, or one source is dealt twice. */
export function needsStrictDoor({ plan, clients }: World): boolean {
  const looksUp = clients.some(
    ({ replicas, names }) =>
      names !== null &&
      replicas.some(({ proxy }) => {
        const { conntrack } = plan.proxies[plan.nodes[proxy!.node].proxy];
        return conntrack.max !== null;
      }),
  );
  const ranges = new Map<number, object>();
  const sharesSources = clients.some(({ replicas }) =>
    replicas.some(({ address, ports, proxy }) => {
      if (ports === null || proxy!.plane.memory === 0) return false;
      const known = ranges.get(address);
      ranges.set(address, ports);
      return known !== undefined && known !== ports;
    }),
  );
  return looksUp || sharesSources;
}

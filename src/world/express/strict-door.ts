/**
 * A door that is told of each close when its time has come, because the next pick depends on it: by counts of connections,
 * or by an entry that is still there.
 *
 * Whether a connection that closes in the very instant in which another opens has closed by then: the event queue
 * takes first what it was given first. Where that cannot be told, the result is in doubt.
 */
import { CLOSED_BY_CLIENT } from '../../proxy/data-plane.ts';
import { Door } from './door.ts';
import { LaneFlow } from './lane-flow.ts';
import {
  BEGUN,
  CLIENT,
  ENDED,
  FACTS,
  HOP,
  INSERTED,
  REPLICA,
  RESOLVED,
  SERVED,
  TIMES,
} from './layout.ts';
import { Pending } from './pending.ts';

export class StrictDoor extends Door {
  /** Flows that are open, by number from 1 on, and numbers that are not in use. */
  private readonly flows: LaneFlow[] = [new LaneFlow()];
  private readonly idle: number[] = [];
  /** The flow of each row, by row; and flows by when they close. */
  private flowOf: Int32Array = new Int32Array(0);
  private readonly closings: Pending = new Pending();

  override connect(rows: Int32Array, from: number, to: number): void {
    for (let i = from; i < to && !this.isInDoubt; i++) this.connectOne(rows[i]);
  }

  override served(rows: Int32Array, from: number, to: number): void {
    const { times } = this.journeys;
    const { flowOf, closings } = this;
    const { next } = closings;
    for (let i = from; i < to; i++) {
      const row = rows[i] * TIMES;
      next[0] = times[row + ENDED];
      // The event of the response, or where that takes no time that of the service's end.
      next[1] = times[row + HOP] > 0 ? times[row + SERVED] : times[row + BEGUN];
      closings.add(flowOf[rows[i]]);
    }
  }

  override upTo(instant: number): void {
    const { closings } = this;
    for (let flow = closings.before(instant); flow !== 0; flow = closings.before(instant)) {
      this.close(flow);
    }
  }

  private connectOne(row: number): void {
    const { times, facts } = this.journeys;
    const now = times[row * TIMES + RESOLVED];
    this.upTo(now);
    if (this.closings.at(now) !== 0) this.closeBefore(row);
    const client = this.clients[facts[row * FACTS + CLIENT]];
    const replica = client.replicas[facts[row * FACTS + REPLICA]];
    const { ports, proxy } = replica;
    const { conntrack } = proxy;
    const number = this.idle.pop() ?? this.flows.push(new LaneFlow()) - 1;
    const flow = this.flows[number];
    flow.replica = replica;
    flow.sourcePort = ports === null ? 0 : ports.acquire(now);
    if (
      flow.sourcePort < 0 ||
      (conntrack !== null && conntrack.isFull(now)) ||
      !this.isForwarded(flow, replica, now)
    ) {
      this.isInDoubt = true;
      return;
    }
    if (conntrack !== null) conntrack.open();
    if (row >= this.flowOf.length) this.makeRoom();
    this.flowOf[row] = number;
    this.setOut(row, flow, client, replica);
  }

  /** Some close in the instant in which `row` connects. */
  private closeBefore(row: number): void {
    const { closings } = this;
    const { times } = this.journeys;
    const now = times[row * TIMES + RESOLVED];
    const inserted = times[row * TIMES + INSERTED];
    for (let flow = closings.at(now); flow !== 0; flow = closings.at(now)) {
      const since = closings.keys[2 * flow + 1];
      if (!(since < inserted)) {
        if (!(since > inserted)) this.isInDoubt = true;
        return;
      }
      this.close(flow);
    }
  }

  /** The soonest to close does. */
  private close(number: number): void {
    const { closings } = this;
    const now = closings.keys[2 * number];
    closings.take();
    const flow = this.flows[number];
    const { ports, rules, proxy } = flow.replica;
    if (ports !== null) ports.rest(flow.sourcePort, now);
    rules.close(flow, now, CLOSED_BY_CLIENT);
    if (proxy.conntrack !== null) proxy.conntrack.close(now);
    this.idle.push(number);
  }

  private makeRoom(): void {
    const flowOf = new Int32Array(this.journeys.rows);
    flowOf.set(this.flowOf);
    this.flowOf = flowOf;
  }
}

/**
 * A door that goes by what has closed: each close is told when its time has come, before the next connection opens.
 *
 * Whether a connection that closes in the very instant in which another opens has closed by then: the event queue
 * takes first what it was given first. Where that cannot be told, the result is in doubt.
 */
import { BEGUN, ENDED, HOP, INSERTED, RESOLVED, ROWS, SERVED, TIMES } from '../layout.ts';
import type { PodQueues } from '../serve/pod-queues.ts';
import { Door } from './door.ts';
import { Pending } from './pending.ts';

export abstract class OrderedDoor extends Door {
  /** Connections, by number, from 1 on, by when they close. */
  protected readonly closings: Pending = new Pending();
  /** The connection of each journey that is on its way to its pod, by row. */
  private connectionOf: Int32Array = new Int32Array(0);

  /**
   * Connects journeys of `rows` from `from` to `to`, each of which is served before the next one connects. Returns where it stops:
   * at one that has connected and is still on its way to its pod, or in doubt.
   */
  abstract connectAndServe(rows: Int32Array, from: number, to: number, pods: PodQueues): number;

  /** The soonest to close does. */
  protected abstract close(): void;

  override upTo(instant: number): void {
    const { closings } = this;
    while (closings.soonestAt < instant) {
      if (closings.isAtTurn) closings.turn();
      else this.close();
    }
  }

  /** What closes before `row` connects does. */
  protected closeBefore(row: number): void {
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

  /** A journey has been served: it is known when its connection, of this number, closes. */
  protected noteClose(row: number, connection: number): void {
    const { closings } = this;
    const { keys } = closings;
    const { times } = this.journeys;
    const at = (row & ROWS) * TIMES;
    keys[2 * connection] = times[at + ENDED];
    // The event of the response, or where that takes no time that of the service's end.
    keys[2 * connection + 1] = times[at + HOP] > 0 ? times[at + SERVED] : times[at + BEGUN];
    closings.causes[connection] = times[at + BEGUN];
    closings.add(connection);
  }

  /** The connection of a journey that is on its way. */
  protected keep(row: number, connection: number): void {
    if (row >= this.connectionOf.length) {
      const connectionOf = new Int32Array(this.journeys.rows);
      connectionOf.set(this.connectionOf);
      this.connectionOf = connectionOf;
    }
    this.connectionOf[row] = connection;
  }

  protected kept(row: number): number {
    return this.connectionOf[row];
  }
}

/**
 * HTTP/2 and gRPC: any number of requests on each connection. The pool is filled first; then a request
 * takes the connection with the fewest requests in flight, the longest open among equals. A request
 * that the client walks away from costs its stream only.
 */
import type { Attempt } from '../attempts/attempt.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { Connection } from './connection.ts';

export class Multiplexed extends ConnectionPool {
  /** Established, and taking requests. */
  private readonly usable: Connection[] = [];

  /** Connections that are open, or about to be. */
  get size(): number {
    return this.open;
  }

  /** Whether a request would be sent at once over a connection that is there. */
  get isReady(): boolean {
    return this.leastBusy() !== null;
  }

  override acquire(attempt: Attempt): void {
    const connection = this.open < this.policy.pool ? null : this.leastBusy();
    if (connection === null) this.await(attempt);
    else this.send(attempt, connection);
  }

  override abandon(_connection: Connection): void {
    // The stream is reset; the connection goes on.
  }

  override release(connection: Connection, broken: boolean): void {
    if (broken) connection.retiring = true;
    if (this.isSpent(connection)) this.retire(connection);
    else this.idle(connection);
    this.refill();
  }

  override stray(connection: Connection, broken: boolean): void {
    this.release(connection, broken);
  }

  override up(connection: Connection): void {
    this.usable.push(connection);
    if (this.route.watcher !== null) this.route.watcher.opened(connection);
    const { initiator } = connection;
    // Whoever watches may have sent others over it first, and had their answers.
    const isUsable = connection.requests === 0 || !this.isSpent(connection);
    if (initiator !== null && connection.isEstablished && isUsable) {
      if (connection.requests > 0 && connection.inFlight === 0) this.stopIdling(connection);
      this.serve(initiator, connection);
    } else if (initiator !== null) {
      this.disown(initiator);
    }
    this.serveWaiting();
    if (connection.isEstablished) this.idle(connection);
    this.refill();
  }

  override lost(connection: Connection): void {
    this.retire(connection);
    this.refill();
  }

  override drop(connection: Connection): void {
    // One that takes no more requests has left the pool.
    if (connection.retiring) connection.close();
    else this.discard(connection);
  }

  protected override forget(connection: Connection): void {
    const at = this.usable.indexOf(connection);
    if (at >= 0) this.usable.splice(at, 1);
  }

  /** Where it carries nothing, it idles. Whatever it carried may have ended within the call, and it idles since. */
  private idle(connection: Connection): void {
    if (connection.inFlight > 0 || this.world.queue.isPending(connection)) return;
    this.startIdling(connection);
  }

  /** Sends those that wait for any connection. Answers may come within the call, so it looks anew each time. */
  private serveWaiting(): void {
    for (;;) {
      const attempt = this.firstWithoutDial();
      const connection = attempt === null ? null : this.leastBusy();
      if (attempt === null || connection === null) return;
      if (connection.inFlight === 0) this.stopIdling(connection);
      this.serve(attempt, connection);
    }
  }

  private send(attempt: Attempt, connection: Connection): void {
    if (connection.inFlight === 0) this.stopIdling(connection);
    attempt.send(connection);
  }

  private leastBusy(): Connection | null {
    const { usable } = this;
    let least: Connection | null = null;
    for (let i = 0; i < usable.length;) {
      const connection = usable[i];
      if (this.isSpent(connection)) {
        this.retire(connection);
        continue;
      }
      if (least === null || connection.inFlight < least.inFlight) least = connection;
      i++;
    }
    return least;
  }

  /** The connection takes no more requests; it leaves the pool, and closes with its last answer. */
  private retire(connection: Connection): void {
    const at = this.usable.indexOf(connection);
    if (at >= 0) {
      this.usable.splice(at, 1);
      this.open--;
      connection.retiring = true;
    }
    if (connection.inFlight === 0) connection.close();
    if (at >= 0 && this.route.watcher !== null) this.route.watcher.gone(connection);
  }
}

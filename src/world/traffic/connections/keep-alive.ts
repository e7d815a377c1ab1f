/**
 * HTTP/1.1 with keep-alive: one request at a time on each connection; a request that finds none idle and the
 * pool full waits. A request that the client walks away from costs its connection.
 */
import type { RandomStream } from '../../../engine/random.ts';
import type { World } from '../../world.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Replica } from '../replica.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { Connection } from './connection.ts';
import type { Route } from './connection-use.ts';

export class KeepAlive extends ConnectionPool {
  /** In the order in which they fell idle. */
  private readonly idle: Connection[] = [];
  private readonly choice: RandomStream;
  /** Free, and about to be used by attempts that wait. */
  private readonly offered: Connection[] = [];
  private offering = false;

  constructor(world: World, replica: Replica, route: Route) {
    super(world, replica, route);
    this.choice = world.stream(`client/${replica.client.plan.name}/${replica.ip}/reuse`);
  }

  override acquire(attempt: Attempt): void {
    const connection = this.takeIdle();
    if (connection === null) this.await(attempt);
    else attempt.send(connection);
  }

  /** A datagram that answers later finds its socket open, and whoever reads it can tell that it is late. */
  override abandon(connection: Connection): void {
    if (connection.isUdp) {
      this.release(connection, false);
    } else {
      this.discard(connection);
      this.refill();
    }
  }

  override stray(_connection: Connection, _broken: boolean): void {
    // The socket serves others since.
  }

  override release(connection: Connection, broken: boolean): void {
    if (broken || this.isSpent(connection)) {
      this.discard(connection);
      this.refill();
    } else {
      this.offer(connection);
    }
  }

  override up(connection: Connection): void {
    if (this.route.watcher !== null) this.route.watcher.opened(connection);
    const { initiator } = connection;
    if (initiator !== null) this.serve(initiator, connection);
    else this.offer(connection);
  }

  protected override forget(connection: Connection): void {
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
  }

  /** To the attempt that has waited longest, or idle. */
  private offer(connection: Connection): void {
    if (this.waiting.first === null) {
      this.idle.push(connection);
      this.startIdling(connection);
      return;
    }
    this.offered.push(connection);
    // Where nothing has a delay, an answer brings the connection back here within the call: the loop below goes on
    // with it then, or a long line of attempts would be a deep stack of calls.
    if (this.offering) return;
    this.offering = true;
    for (let next = this.offered.pop(); next !== undefined; next = this.offered.pop()) {
      const { first } = this.waiting;
      if (first !== null) this.serve(first, next);
      else this.offer(next);
    }
    this.offering = false;
  }

  private takeIdle(): Connection | null {
    const { idle } = this;
    while (idle.length > 0) {
      const connection = idle.splice(this.choose(idle.length), 1)[0];
      this.stopIdling(connection);
      if (!this.hasAged(connection)) return connection;
      this.discard(connection);
    }
    return null;
  }

  private choose(count: number): number {
    switch (this.policy.reuse) {
      case 'Lifo':
        return count - 1;
      case 'Fifo':
        return 0;
      case 'Random':
        return this.choice.below(count);
    }
  }
}

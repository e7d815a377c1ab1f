/** A connection for every attempt, closed with its answer. */
import type { ErrorCause } from '../../../contract/plan.ts';
import type { World } from '../../world.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Replica } from '../replica.ts';
import type { Connection } from './connection.ts';
import type { ConnectionUse, Route } from './connection-use.ts';

export class PerRequest implements ConnectionUse {
  private readonly world: World;
  private readonly replica: Replica;
  readonly route: Route;

  constructor(world: World, replica: Replica, route: Route) {
    this.world = world;
    this.replica = replica;
    this.route = route;
  }

  acquire(attempt: Attempt): void {
    const connection = this.world.connections.take(this.replica.client.plan.protocol);
    attempt.connecting(connection);
    connection.open(this, this.replica, attempt);
  }

  withdraw(attempt: Attempt): void {
    attempt.dial!.close();
  }

  nodeLost(): void {
    // Its connections are dropped one by one.
  }

  abandon(connection: Connection): void {
    connection.close();
  }

  release(connection: Connection, _broken: boolean): void {
    connection.close();
  }

  stray(_connection: Connection, _broken: boolean): void {
    // Whoever walks away from a request closes its connection.
  }

  up(connection: Connection): void {
    connection.initiator!.send(connection);
  }

  failed(connection: Connection, cause: ErrorCause): void {
    if (this.route.watcher !== null) this.route.watcher.failed(connection);
    connection.close();
    connection.initiator!.connectFailed(connection, cause);
  }

  idledOut(connection: Connection): void {
    connection.close();
  }

  lost(connection: Connection): void {
    if (connection.inFlight === 0) connection.close();
  }

  drop(connection: Connection): void {
    connection.close();
  }
}

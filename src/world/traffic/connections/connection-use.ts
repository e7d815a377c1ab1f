/**
 * How a client pod uses its connections: what every connection mode offers to the attempts above it
 * and to the connections below.
 */
import type { ConnectionPolicy, ErrorCause } from '../../../contract/plan.ts';
import type { NameResolver } from '../../dns/name-waiter.ts';
import type { World } from '../../world.ts';
import type { Gate } from '../ways/gate.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Replica } from '../replica.ts';
import type { Connection } from './connection.ts';
import { KeepAlive } from './keep-alive.ts';
import { Multiplexed } from './multiplexed.ts';
import { PerRequest } from './per-request.ts';

/** Whoever wants to know how the connections of a pool fare. */
export interface ConnectionWatcher {
  /** One is up, and in the pool. */
  opened(connection: Connection): void;
  /** One could not be opened. */
  failed(connection: Connection): void;
  /** One has left the pool, and takes no more requests. */
  gone(connection: Connection): void;
}

/** Where the connections of a pool go. */
export interface Route {
  /** Null: nobody wants to know. */
  readonly watcher: ConnectionWatcher | null;
  /** Who looks up the address; null: it is known. */
  readonly resolver: NameResolver | null;
  /** Where the next connection meets rules; null: the name has no address. */
  gateOfNext(): Gate | null;
}

/** Where attempts get connections from. */
export interface ConnectionSource {
  /** An attempt wants a connection: it is sent over one now or later, or told that there is none for it. */
  acquire(attempt: Attempt): void;
  /** An attempt that waits gives up. */
  withdraw(attempt: Attempt): void;
  /** The node of the client pod is gone, and nothing waits for a connection: those that there are will be dropped. */
  nodeLost(): void;
}

/** Where connections come from, and what they tell of themselves. */
export interface ConnectionUse extends ConnectionSource {
  readonly route: Route;

  /** The client walks away from a request on this connection. */
  abandon(connection: Connection): void;
  /** An answer came in; `broken`: it was a reset. */
  release(connection: Connection, broken: boolean): void;
  /** The answer to a request that the client had walked away from came in, over a connection still open. */
  stray(connection: Connection, broken: boolean): void;
  /** The handshake is done. */
  up(connection: Connection): void;
  /** The connection could not be opened. */
  failed(connection: Connection, cause: ErrorCause): void;
  /** Nothing was sent over it for its idle timeout. */
  idledOut(connection: Connection): void;
  /** The pod has closed it. */
  lost(connection: Connection): void;
  /** It is gone with the client's node, and nothing waits for one. */
  drop(connection: Connection): void;
}

/** The connection modes, by the name in scenario files. */
export const CONNECTION_MODES: Readonly<
  Record<ConnectionPolicy['mode'], (world: World, replica: Replica, route: Route) => ConnectionUse>
> = {
  PerRequest: (world, replica, route) => new PerRequest(world, replica, route),
  KeepAlive: (world, replica, route) => new KeepAlive(world, replica, route),
  Multiplexed: (world, replica, route) => new Multiplexed(world, replica, route),
};

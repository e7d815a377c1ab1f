/**
 * What the pooled connection modes share: at most `pool` connections of one client pod, opened when an
 * attempt finds none to use; attempts that wait, first come first served; an attempt that had a
 * connection opened for it fails with it.
 */
import type { ConnectionPolicy, ErrorCause } from '../../../contract/plan.ts';
import type { DelayLine } from '../../../engine/event-queue.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { World } from '../../world.ts';
import { AttemptLine } from '../attempts/attempt-line.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Replica } from '../replica.ts';
import type { Connection } from './connection.ts';
import type { ConnectionUse, Route } from './connection-use.ts';

export type PooledPolicy = Exclude<ConnectionPolicy, { readonly mode: 'PerRequest' }>;

export abstract class ConnectionPool implements ConnectionUse {
  protected readonly world: World;
  protected readonly replica: Replica;
  readonly route: Route;
  protected readonly policy: PooledPolicy;
  protected readonly waiting: AttemptLine = new AttemptLine();
  /** Connections that count towards the pool: opening, idle or in use. */
  protected open = 0;
  private readonly idleLine: DelayLine | null;
  /** Null: all connections grow as old. */
  private readonly ages: RandomStream | null;
  private refilling = false;

  constructor(world: World, replica: Replica, route: Route) {
    this.world = world;
    this.replica = replica;
    this.route = route;
    this.policy = replica.client.plan.connection as PooledPolicy;
    const { idleTimeout, maxAge, maxAgeJitter } = this.policy;
    this.ages = maxAge === null || maxAgeJitter === 0 ? null : replica.stream('max-age');
    this.idleLine = idleTimeout === null ? null : world.queue.line(idleTimeout);
  }

  abstract acquire(attempt: Attempt): void;
  abstract abandon(connection: Connection): void;
  abstract stray(connection: Connection, broken: boolean): void;
  abstract release(connection: Connection, broken: boolean): void;
  abstract up(connection: Connection): void;
  /** Takes a connection out of the mode's own books. */
  protected abstract forget(connection: Connection): void;

  withdraw(attempt: Attempt): void {
    this.waiting.remove(attempt);
    this.disown(attempt);
  }

  nodeLost(): void {
    // Its connections are dropped one by one.
  }

  /** Connections that it opens as the run starts. */
  get warmUp(): number {
    return this.policy.warmUp;
  }

  /** Opens connections though nobody waits for one, until there are so many: unless that is said, until the pool is full. */
  fill(upTo: number = this.policy.pool): void {
    // One that fails at once leaves room, which is not for another.
    for (let room = upTo - this.open; room > 0; room--) this.dial(null);
  }

  failed(connection: Connection, cause: ErrorCause): void {
    const attempt = connection.initiator;
    if (this.route.watcher !== null) this.route.watcher.failed(connection);
    this.discard(connection);
    if (attempt !== null) {
      this.waiting.remove(attempt);
      attempt.connectFailed(connection, cause);
    }
    this.refill();
  }

  idledOut(connection: Connection): void {
    this.discard(connection);
  }

  lost(connection: Connection): void {
    if (connection.inFlight > 0) connection.retiring = true;
    else this.discard(connection);
    this.refill();
  }

  drop(connection: Connection): void {
    this.discard(connection);
  }

  /** The attempt waits; a connection is opened for it where the pool has room. */
  protected await(attempt: Attempt): void {
    this.waiting.push(attempt);
    if (this.open < this.policy.pool) this.dial(attempt);
  }

  /** Sends an attempt that waits. */
  protected serve(attempt: Attempt, connection: Connection): void {
    this.waiting.remove(attempt);
    if (attempt.dial !== connection) this.disown(attempt);
    connection.initiator = null;
    attempt.send(connection);
  }

  /** Closes a connection and takes it out of the pool. */
  protected discard(connection: Connection): void {
    this.open--;
    this.forget(connection);
    connection.close();
    if (this.route.watcher !== null) this.route.watcher.gone(connection);
  }

  /** Whether a connection has done or seen enough to take no further request. */
  protected isSpent(connection: Connection): boolean {
    const { maxRequests } = this.policy;
    return (
      connection.retiring ||
      connection.peerClosed ||
      (maxRequests !== null && connection.requests >= maxRequests) ||
      this.hasAged(connection)
    );
  }

  protected hasAged(connection: Connection): boolean {
    const { maxAge } = this.policy;
    if (maxAge === null) return false;
    return this.world.queue.now - connection.openedAt >= maxAge * connection.patience;
  }

  protected startIdling(connection: Connection): void {
    if (this.idleLine !== null) this.world.queue.scheduleIn(this.idleLine, connection);
  }

  protected stopIdling(connection: Connection): void {
    // What a connection that the pod has closed waits for is that news, not its idle timeout.
    if (connection.peerClosed) return;
    this.world.queue.cancel(connection);
    if (this.replica.client.marksSilence) connection.resume();
  }

  /** Opens connections for attempts that wait without one, as far as the pool has room. */
  protected refill(): void {
    // A connection may fail as it is opened, and come back here: the loop below goes on then.
    if (this.refilling) return;
    this.refilling = true;
    while (this.open < this.policy.pool) {
      const attempt = this.firstWithoutDial();
      if (attempt === null) break;
      this.dial(attempt);
    }
    this.refilling = false;
  }

  /** The attempt that has waited longest of those that no connection is being opened for. */
  protected firstWithoutDial(): Attempt | null {
    let attempt = this.waiting.first;
    while (attempt !== null && attempt.dial !== null) attempt = attempt.behind;
    return attempt;
  }

  private dial(attempt: Attempt | null): void {
    const connection = this.world.connections.take(this.replica.client.plan.protocol);
    this.open++;
    const { ages, policy } = this;
    if (ages !== null) connection.patience = 1 + policy.maxAgeJitter * (2 * ages.next() - 1);
    if (attempt !== null) attempt.connecting(connection);
    connection.open(this, this.replica, attempt);
  }

  /** The attempt no longer waits for the connection that was opened for it. */
  protected disown(attempt: Attempt): void {
    if (attempt.dial !== null) attempt.dial.initiator = null;
    attempt.dial = null;
  }
}

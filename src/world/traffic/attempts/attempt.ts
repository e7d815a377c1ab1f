/**
 * One try of one request, from its start at the client to its answer, and the event that carries it
 * along: a try is in one place at a time, so it is its own next event. A retry starts the same object again;
 * where the pod still holds on to that, a new one that inherits what belongs to the request.
 *
 * What it is sent over decides what becomes of packets that are lost: stream-attempt.ts, datagram-attempt.ts.
 */
import { assert } from '../../../base/assert.ts';
import { CALLER_GONE, NODE_DOWN, NOT_RETRIED, NO_POLICY } from '../../../contract/failures.ts';
import type { ErrorCause } from '../../../contract/plan.ts';
import { DNS, NETWORK, POOL, RETRY } from '../../../contract/result.ts';
import { AttemptAgain } from './attempt-again.ts';
import {
  ANSWERED_IN_VAIN,
  AT_PROXY,
  AT_SERVER_PROXY,
  BACKING_OFF,
  CONNECTING,
  FROM_PROXY,
  HELD,
  LOST,
  PROXY_BACKING_OFF,
  RESOLVING,
  SENT_IN_VAIN,
  SERVED,
  TO_CLIENT,
  TO_POD,
  TO_PROXY,
  WAITING,
} from './attempt-stage.ts';
import type { ConnectionSource } from '../connections/connection-use.ts';
import type { Connection } from '../connections/connection.ts';
import { IN_LINE } from '../mesh/router.ts';
import type { Thread } from '../../cpu/thread.ts';

export abstract class Attempt extends AttemptAgain implements Thread {
  override start(): void {
    const { now } = this.queue;
    this.stage = WAITING;
    this.startedAt = now;
    this.since = now;
    this.forgetParts();
    this.connection = null;
    this.pod = null;
    this.dial = null;
    this.answer = null;
    if (this.client.limitsAttempts) this.startTimer();
    const { guard } = this.replica;
    if (guard === null || guard.admits(this)) this.goOn();
  }

  /** Looks for a connection. */
  protected override acquire(): void {
    this.acquireFrom(this.caller.connections);
  }

  protected override acquireFrom(use: ConnectionSource): void {
    this.use = use;
    use.acquire(this);
  }

  /** The client opens `dial` for this try: its wait is the handshake's from now on. */
  connecting(dial: Connection): void {
    this.dial = dial;
    const { now } = this.queue;
    this.parts[POOL] += now - this.since;
    this.since = now;
    this.stage = CONNECTING;
  }

  /** The connection that is opened for it waits for the address of the target. */
  resolving(): void {
    this.stage = RESOLVING;
  }

  /** The address is known, and the handshake begins. */
  resolved(): void {
    const { now } = this.queue;
    this.parts[DNS] += now - this.since;
    this.since = now;
    this.stage = CONNECTING;
  }

  /** Sends the request over a connection that is up. */
  send(connection: Connection): void {
    this.leaveConnect(this.dial === connection ? connection.proxyCost : 0);
    if (this.routed === IN_LINE) this.passedOn();
    this.connection = connection;
    connection.requests++;
    connection.inFlight++;
    this.pod = connection.pod;
    this.row = connection.row;
    this.stage = TO_POD;
    this.cross(connection.hop);
  }

  override fire(): void {
    switch (this.stage) {
      case TO_POD:
        this.arriveAtPod();
        break;
      case SERVED:
        this.pod!.finish(this);
        break;
      case TO_CLIENT:
        this.arriveAtClient();
        break;
      case TO_PROXY:
        this.reachProxy(this.client.intermediary!);
        break;
      case AT_PROXY:
        this.passProxy();
        break;
      case AT_SERVER_PROXY:
        this.crossed();
        this.pod!.accept(this);
        break;
      case PROXY_BACKING_OFF:
        this.goOnAtProxy();
        break;
      case FROM_PROXY:
        this.crossed();
        this.end(this.answer);
        break;
      case BACKING_OFF:
        this.goOnAfterBackoff();
        break;
      case SENT_IN_VAIN:
        this.sendAgain();
        break;
      case ANSWERED_IN_VAIN:
        this.stage = TO_CLIENT;
        this.cross(this.connection!.hop);
        break;
      default:
        assert(false, `an attempt fired at stage ${this.stage}`);
    }
  }

  /** It has had its CPU time. */
  cpuSpent(): void {
    if (this.restNs === 0) this.pod!.finish(this);
    else this.queue.scheduleEntry(this.entry, this.queue.now + this.restNs);
  }

  /** The pod's node has died, and the request with it: nobody will ever answer. */
  lostWithNode(): void {
    this.queue.cancel(this);
    this.reason = NODE_DOWN;
    this.lostAtPod();
  }

  /** The connection that the try was waiting for could not be opened. */
  connectFailed(connection: Connection, cause: ErrorCause): void {
    this.leaveConnect(Math.min(connection.proxyCost, this.queue.now - this.since));
    this.reason = connection.reason;
    this.conclude(cause);
  }

  /** The time that the client allows the try is over. */
  override timedOut(): void {
    this.reason = this.whatItWaitsFor();
    const cause = this.isTooLate ? 'deadlineExceeded' : 'timeout';
    this.settle(cause);
    this.hedge?.leaves(this);
    this.leave().fail(cause);
  }

  /** The client's own node goes down, or the process that waits for it has ended (cancelled). */
  diesWithClient(cause: 'nodeDown' | 'cancelled'): void {
    this.stopTimer();
    this.hedge?.leaves(this);
    this.leave().endForGood(cause, cause === 'nodeDown' ? NODE_DOWN : CALLER_GONE);
  }

  protected override endForGood(cause: ErrorCause, reason: number): void {
    this.reason = reason;
    if (this.hedge !== null) {
      this.hedge.died(this, cause);
      return;
    }
    this.leaveGuard(cause);
    const { hedge, retry } = this.client.plan;
    this.retryEnd = retry === null && hedge === null ? NO_POLICY : NOT_RETRIED;
    this.endRequest(cause);
  }

  protected override endRequest(cause: ErrorCause | null): void {
    this.client.ended(this, cause);
  }

  /** The client leaves the try, wherever it is. Returns that in which the request lives on. */
  protected override leave(): Attempt {
    const { now } = this.queue;
    if (this.host !== null) {
      this.host.left();
      this.host = null;
    }
    this.leaveProxy();
    switch (this.stage) {
      case WAITING:
      case RESOLVING:
      case CONNECTING:
        this.leaveConnect(0);
        this.use.withdraw(this);
        return this;
      case HELD:
        this.leaveConnect(0);
        this.replica.guard!.withdraw(this);
        return this;
      case TO_PROXY:
      case AT_PROXY:
      case FROM_PROXY:
        this.queue.cancel(this);
        this.crossed();
        return this;
      case BACKING_OFF:
        this.queue.cancel(this);
        this.parts[RETRY] += now - this.startedAt;
        this.forgetParts();
        return this;
      case PROXY_BACKING_OFF:
        this.leaveProxyBackoff();
        return this;
      case SENT_IN_VAIN:
      case LOST:
        this.queue.cancel(this);
        this.parts[NETWORK] += now - this.since;
        this.leaveLost();
        return this;
      default:
        return this.abandon(now);
    }
  }

  /** The proxy that the client calls by, or else the client itself, knows what became of the try. */
  protected conclude(cause: ErrorCause | null): void {
    this.settle(cause);
    if (this.client.intermediary === null) this.end(cause);
    else this.concludeAtProxy(cause);
  }

  /** The client has its answer. */
  protected override end(cause: ErrorCause | null): void {
    if (cause === null) {
      this.stopTimer();
      if (this.hedge === null) {
        this.leaveGuard(null);
        this.endRequest(null);
      } else {
        this.hedge.succeeded(this);
      }
    } else {
      this.fail(cause);
    }
  }

  private arriveAtPod(): void {
    const connection = this.connection!;
    if (this.client.world.nodes.hasCuts && !connection.reachesPod) {
      this.reason = connection.whyNotReached();
      this.missedPod();
      return;
    }
    if (connection.requestsHeldSince >= 0) connection.requestsHeldSince = -1;
    this.crossed();
    connection.serving++;
    const { serverTime } = this.client;
    if (serverTime === null) {
      this.pod!.accept(this);
    } else {
      this.stage = AT_SERVER_PROXY;
      this.queue.scheduleEntry(this.entry, this.queue.now + serverTime.next());
    }
  }

  /** The client leaves a try that nobody has any more, and what it was sent over. */
  protected abstract leaveLost(): void;
  /** The request has not got through, or has to be sent once more; or the answer has not. */
  protected abstract missedPod(): void;
  protected abstract sendAgain(): void;
  protected abstract missedClient(): void;

  /** What the pod had of it is gone, and nobody tells the client. */
  protected lostAtPod(): void {
    const connection = this.connection!;
    connection.serving--;
    this.stage = LOST;
    if (!this.abandoned) return;
    connection.inFlight--;
    if (connection.isClosed) connection.settled();
    else connection.use.stray(connection, false);
    this.client.free(this);
  }

  protected arriveAtClient(): void {
    const connection = this.connection!;
    if (!this.abandoned && this.client.world.nodes.hasCuts && !connection.reachesPod) {
      this.reason = connection.whyNotReached();
      this.missedClient();
      return;
    }
    if (connection.answersHeldSince >= 0) connection.answersHeldSince = -1;
    const wasReset = this.answer === 'reset';
    if (wasReset) connection.wasReset = true;
    if (this.client.marksSilence) connection.heard();
    connection.inFlight--;
    if (this.abandoned) {
      if (connection.isClosed) connection.settled();
      else connection.use.stray(connection, wasReset);
      this.client.free(this);
      return;
    }
    this.crossed();
    const { answer } = this;
    if (this.client.intermediary === null) this.stopTimer();
    const { hedge } = this;
    const { number } = connection;
    hedge?.leaves(this, answer === null && this.client.intermediary === null);
    // Whoever began meanwhile may have found that it is spent: it is closed then, or another one by now.
    if (connection.number === number && !connection.isClosed) {
      connection.use.release(connection, wasReset);
    }
    this.conclude(answer);
    hedge?.left(this);
  }

  /**
   * The client walks away from a request that is on its way or at the pod. The pod goes on with this
   * attempt; the request itself lives on in the one returned, which has its history.
   */
  private abandon(now: number): Attempt {
    const successor = this.client.take();
    this.inheritTo(successor);
    successor.hedge = this.hedge;
    if (this.hedge !== null) this.hedge.replaced(this, successor);
    this.hedge = null;
    this.handTimerTo(successor);
    const elsewhere = now - this.since;
    successor.reason = this.reason;
    successor.startedAt = this.startedAt;
    successor.since = now;
    successor.stage = this.stage;
    successor.parts[this.partWhereItIs()] += elsewhere;
    successor.connection = null;
    successor.pod = this.pod;
    this.abandoned = true;
    this.connection!.use.abandon(this.connection!);
    return successor;
  }

  protected override fail(cause: ErrorCause): void {
    this.stopTimer();
    if (this.hedge !== null) {
      this.hedge.failed(this, cause);
      return;
    }
    this.leaveGuard(cause);
    this.tryAgain(cause);
  }
}

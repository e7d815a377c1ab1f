/**
 * A request of which several tries may be under way at a time, and the timer of the next one. The first good answer wins;
 * the client walks away from the others, as from a try whose time is over: their pods go on with them.
 *
 * After gRPC (A6-client-retries, hedgingPolicy): the next try is sent `after` the last one, or at once when a try fails
 * in a way that is not fatal; a fatal failure ends the request.
 *
 * Left out: pushback of servers.
 */
import { ATTEMPTS_SPENT, BUDGET_SPENT, NOT_RETRIED } from '../../../contract/failures.ts';
import type { ErrorCause } from '../../../contract/plan.ts';
import { SimEvent, type DelayLine, type EventQueue } from '../../../engine/event-queue.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Hedging } from './hedging.ts';

/** What the client itself has not let begin says nothing of the tries that it has. */
const OWN_CAUSES: readonly ErrorCause[] = ['circuitOpen', 'limited'];

export class HedgedRequest extends SimEvent {
  private readonly queue: EventQueue;
  private readonly hedging: Hedging;
  private readonly delay: DelayLine;
  /** Tries under way, in the order in which they were sent. */
  private readonly underWay: Attempt[] = [];
  private sent = 0;
  /** Tries that proxies on the way have added. */
  private byProxies = 0;

  constructor(queue: EventQueue, hedging: Hedging, delay: DelayLine) {
    super(queue);
    this.queue = queue;
    this.hedging = hedging;
    this.delay = delay;
  }

  /** The request begins with its first try. May end within the call. */
  begin(first: Attempt): void {
    this.sent = 0;
    this.byProxies = 0;
    this.send(first);
  }

  /** Nobody has answered for long enough: the next try. */
  override fire(): void {
    if (this.hedging.maySend()) this.send(this.hedging.copyOf(this.underWay[0], this.sent + 1));
  }

  /** The client has walked away from a try, which lives on in another object. */
  replaced(attempt: Attempt, successor: Attempt): void {
    this.underWay[this.underWay.indexOf(attempt)] = successor;
  }

  /** A try has its answer. */
  succeeded(attempt: Attempt): void {
    this.end(attempt, null);
  }

  /** A try has failed. Others go on, or another is sent, or the request has failed with it. */
  failed(attempt: Attempt, cause: ErrorCause): void {
    const { hedging, underWay } = this;
    const isFatal = attempt.isTooLate || !hedging.policy.nonFatal.includes(cause);
    if (isFatal && (underWay.length === 1 || !OWN_CAUSES.includes(cause))) {
      attempt.retryEnd = NOT_RETRIED;
      this.end(attempt, cause);
    } else if (!isFatal && this.sent < hedging.policy.maxAttempts && hedging.maySend()) {
      this.queue.cancel(this);
      const next = hedging.copyOf(attempt, this.sent + 1);
      this.drop(attempt);
      this.send(next);
    } else if (underWay.length > 1) {
      this.drop(attempt);
    } else {
      attempt.retryEnd = this.sent < hedging.policy.maxAttempts ? BUDGET_SPENT : ATTEMPTS_SPENT;
      this.end(attempt, cause);
    }
  }

  /** The client's process is gone, and the try with it: the last one ends the request. */
  died(attempt: Attempt, cause: ErrorCause): void {
    this.queue.cancel(this);
    attempt.retryEnd = NOT_RETRIED;
    if (this.underWay.length > 1) this.drop(attempt);
    else this.end(attempt, cause);
  }

  private send(attempt: Attempt): void {
    this.sent++;
    attempt.hedge = this;
    this.underWay.push(attempt);
    if (this.sent < this.hedging.policy.maxAttempts) this.queue.scheduleIn(this.delay, this);
    attempt.start();
  }

  /** A try is over, and the request is not. */
  private drop(attempt: Attempt): void {
    this.leave(attempt);
    attempt.replica.client.free(attempt);
  }

  private end(attempt: Attempt, cause: ErrorCause | null): void {
    this.queue.cancel(this);
    this.leave(attempt);
    while (this.underWay.length > 0) {
      const other = this.underWay[0].cancel();
      this.drop(other);
    }
    const tries = this.sent + this.byProxies;
    this.hedging.free(this);
    attempt.endHedged(cause, tries);
  }

  private leave(attempt: Attempt): void {
    this.underWay.splice(this.underWay.indexOf(attempt), 1);
    this.byProxies += attempt.triesByProxies;
    attempt.hedge = null;
  }
}

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
import type { AttemptState } from '../attempts/attempt-state.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { Hedging } from './hedging.ts';

/** What the client itself has not let begin says nothing of the tries that it has. */
const OWN_CAUSES: readonly ErrorCause[] = ['circuitOpen', 'limited'];

/** How a try has ended: well (null) or not, and whether its client's process has ended with it. */
interface End {
  readonly attempt: Attempt;
  readonly cause: ErrorCause | null;
  readonly isDead: boolean;
}

export class HedgedRequest extends SimEvent {
  private readonly queue: EventQueue;
  private readonly hedging: Hedging;
  private readonly delay: DelayLine;
  /** Tries under way, in the order in which they were sent. */
  private readonly underWay: Attempt[] = [];
  /** The one whose end is being decided on, and those that have ended meanwhile. */
  private leaving: AttemptState | null = null;
  private readonly over: End[] = [];
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
    if (this.leaving === attempt) this.leaving = successor;
  }

  /**
   * A try gives up what it holds, and is over unless `left` follows first. Another one may take that, and come to its own
   * end within the call: what becomes of this one is decided before. `wins`: it has a good answer, so that nobody else is to
   * have what it gives up.
   */
  leaves(attempt: AttemptState, wins: boolean = false): void {
    this.leaving ??= attempt;
    if (!wins || this.leaving !== attempt) return;
    this.queue.cancel(this);
    this.cancelAllBut(attempt);
  }

  left(attempt: AttemptState): void {
    if (this.leaving === attempt) this.goOn();
  }

  /** A try has its answer. */
  succeeded(attempt: Attempt): void {
    if (this.isNext(attempt, null, false)) this.end(attempt, null);
  }

  /** A try has failed. Others go on, or another is sent, or the request has failed with it. */
  failed(attempt: Attempt, cause: ErrorCause): void {
    if (!this.isNext(attempt, cause, false)) return;
    const { hedging, underWay } = this;
    const isFatal = attempt.isTooLate || !hedging.policy.nonFatal.includes(cause);
    if (isFatal && (underWay.length === 1 || !OWN_CAUSES.includes(cause))) {
      attempt.retryEnd = NOT_RETRIED;
      this.end(attempt, cause);
    } else if (!isFatal && this.sent < hedging.policy.maxAttempts && hedging.maySend()) {
      this.queue.cancel(this);
      const next = hedging.copyOf(attempt, this.sent + 1);
      this.drop(attempt, cause);
      this.send(next);
      this.goOn();
    } else if (underWay.length > 1) {
      this.drop(attempt, cause);
      this.goOn();
    } else {
      attempt.retryEnd = this.sent < hedging.policy.maxAttempts ? BUDGET_SPENT : ATTEMPTS_SPENT;
      this.end(attempt, cause);
    }
  }

  /** The client's process is gone, and the try with it: the last one ends the request. */
  died(attempt: Attempt, cause: ErrorCause): void {
    if (!this.isNext(attempt, cause, true)) return;
    this.queue.cancel(this);
    attempt.retryEnd = NOT_RETRIED;
    if (this.underWay.length > 1) {
      this.drop(attempt, cause);
      this.goOn();
    } else {
      this.end(attempt, cause);
    }
  }

  /** Whether the end of a try is decided on now; otherwise it is later. */
  private isNext(attempt: Attempt, cause: ErrorCause | null, isDead: boolean): boolean {
    if (this.leaving !== null && this.leaving !== attempt) {
      this.over.push({ attempt, cause, isDead });
      return false;
    }
    this.leaving = attempt;
    return true;
  }

  /** The try that has left no longer matters to the request: those whose ends came meanwhile. */
  private goOn(): void {
    this.leaving = null;
    const next = this.over.shift();
    if (next === undefined) return;
    const { attempt, cause, isDead } = next;
    if (cause === null) this.succeeded(attempt);
    else if (isDead) this.died(attempt, cause);
    else this.failed(attempt, cause);
  }

  private send(attempt: Attempt): void {
    this.sent++;
    attempt.hedge = this;
    this.underWay.push(attempt);
    if (this.sent < this.hedging.policy.maxAttempts) this.queue.scheduleIn(this.delay, this);
    attempt.start();
  }

  /** A try is over, and the request is not. */
  private drop(attempt: Attempt, cause: ErrorCause | null): void {
    attempt.leaveGuard(cause);
    this.leave(attempt);
    attempt.replica.client.free(attempt);
  }

  private end(attempt: Attempt, cause: ErrorCause | null): void {
    this.queue.cancel(this);
    this.cancelAllBut(attempt);
    this.leave(attempt);
    this.leaving = null;
    const tries = this.sent + this.byProxies;
    this.hedging.free(this);
    attempt.leaveGuard(cause);
    attempt.endHedged(cause, tries);
  }

  /** The client walks away from the other tries. */
  private cancelAllBut(attempt: AttemptState): void {
    for (;;) {
      const other = this.underWay.find((each) => each !== attempt);
      if (other === undefined) break;
      const isOver = this.over.some((end) => end.attempt === other);
      this.drop(isOver ? other : other.cancel(), 'cancelled');
    }
    this.over.length = 0;
  }

  private leave(attempt: Attempt): void {
    this.underWay.splice(this.underWay.indexOf(attempt), 1);
    this.byProxies += attempt.triesByProxies;
    attempt.hedge = null;
  }
}

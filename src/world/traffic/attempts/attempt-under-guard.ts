/**
 * What a try has to do with the defences of its client: whoever may hold it back before it begins learns of its end, and a
 * hedged request has several tries side by side.
 */
import { NODE_DOWN } from '../../../contract/failures.ts';
import type { ErrorCause } from '../../../contract/plan.ts';
import { RETRY } from '../../../contract/result.ts';
import { AttemptAtProxy } from './attempt-at-proxy.ts';
import { HELD, WAITING } from './attempt-stage.ts';
import type { Attempt } from './attempt.ts';

export abstract class AttemptUnderGuard extends AttemptAtProxy {
  /** The try has failed: another one, if the client's policy allows it, or the request has. */
  protected abstract fail(cause: ErrorCause): void;
  /** The request ends with this try. */
  protected abstract endRequest(cause: ErrorCause | null): void;

  /** The same whatever the client's policy allows. `reason`: an index into FAILURE_REASONS. */
  protected abstract endForGood(cause: ErrorCause, reason: number): void;

  /** There is nobody to begin it: it fails at once. */
  neverStarts(): void {
    this.parts.fill(0);
    this.connection = null;
    this.pod = null;
    this.endForGood('nodeDown', NODE_DOWN);
  }

  /** Nothing holds it back at the client (any more). */
  goOn(): void {
    if (this.stage === HELD) {
      this.leaveConnect(0);
      this.stage = WAITING;
    }
    const { intermediary } = this.client;
    if (intermediary === null) {
      this.caller = this.replica;
      this.acquire();
    } else {
      this.callProxy(intermediary);
    }
  }

  /** It waits for its turn at the client, which has as many requests under way as it may. */
  held(): void {
    this.stage = HELD;
  }

  /** The client itself does not let it begin. */
  refused(cause: ErrorCause, reason: number): void {
    this.reason = reason;
    this.fail(cause);
  }

  /** Another try of its request has been answered. Returns that in which this one lived on, which nobody needs any more. */
  cancel(): Attempt {
    this.stopTimer();
    return this.leave();
  }

  /** The request ends with this try, well (null) or not, after so many tries in all. What came before it was sent is in RETRY. */
  endHedged(cause: ErrorCause | null, tries: number): void {
    this.tries = tries;
    this.parts[RETRY] = this.startedAt - this.due;
    this.endRequest(cause);
  }

  /** Whoever has let it begin learns how it has ended: well (null), or not. */
  leaveGuard(cause: ErrorCause | null): void {
    if (this.isGuarded) this.replica.guard!.ended(this, cause, this.startedAt);
  }
}

/** What becomes of a request where a try of it has failed: another one after a back-off, as its client's policy has it. */
import { MAY_RETRY, NOT_RETRIED } from '../../../contract/failures.ts';
import type { ErrorCause } from '../../../contract/plan.ts';
import { RETRY } from '../../../contract/result.ts';
import { BACKING_OFF } from './attempt-stage.ts';
import { AttemptUnderGuard } from './attempt-under-guard.ts';

export abstract class AttemptAgain extends AttemptUnderGuard {
  /** Begins the try: the client looks for a connection. */
  abstract start(): void;

  /** Another try, if the client's policy allows it, or the request has failed. */
  protected tryAgain(cause: ErrorCause): void {
    const { now } = this.queue;
    const { retries } = this.client;
    // Those of proxies are not the client's.
    const tries = this.tries - this.triesByProxies;
    const backoff = this.isTooLate ? -1 : retries.backoffBefore(tries, cause);
    if (backoff < 0) {
      const why = retries.whyNotAgain(tries, cause);
      this.retryEnd = why === MAY_RETRY ? NOT_RETRIED : why;
      this.endRequest(cause);
      return;
    }
    this.tries++;
    this.client.drawLuckOfRetry(this);
    this.since = now;
    this.stage = BACKING_OFF;
    this.queue.schedule(this, Math.min(now + backoff, this.deadlineAt));
  }

  /** The back-off is over: another try begins, unless the deadline is over first. The try that failed was the last then. */
  protected goOnAfterBackoff(): void {
    const { now } = this.queue;
    if (this.isTooLate) {
      this.parts[RETRY] += now - this.since;
      this.tries--;
      this.retryEnd = NOT_RETRIED;
      this.endRequest('deadlineExceeded');
    } else {
      this.parts[RETRY] += now - this.startedAt;
      this.start();
    }
  }
}

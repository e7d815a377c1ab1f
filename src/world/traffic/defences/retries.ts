/** A client's retry policy at work: which failures are tried again, after what backoff, within what budget. */
import { TIME_MAX } from '../../../base/time.ts';
import {
  ATTEMPTS_SPENT,
  BUDGET_SPENT,
  MAY_RETRY,
  NO_POLICY,
  NOT_RETRIED,
} from '../../../contract/failures.ts';
import type { ErrorCause, RetryPolicy } from '../../../contract/plan.ts';
import type { RandomStream } from '../../../engine/random.ts';

/** Retries that a budget lets through in a burst, after requests enough have paid for them. */
const BUDGET_BURST = 10;

export class Retries {
  private readonly policy: RetryPolicy | null;
  private readonly stream: RandomStream;
  /** Retries that the budget allows now; every request adds its share, every retry takes one. */
  private balance = 0;

  constructor(policy: RetryPolicy | null, stream: RandomStream) {
    this.policy = policy;
    this.stream = stream;
  }

  /** A new request was issued. */
  requested(): void {
    if (this.policy === null || this.policy.budget === null) return;
    this.balance = Math.min(this.balance + this.policy.budget, BUDGET_BURST);
  }

  /** Why a request that has just failed for the `tries`th time is not tried again: an index into RETRY_ENDS, or MAY_RETRY. */
  whyNotAgain(tries: number, cause: ErrorCause): number {
    const { policy } = this;
    if (policy === null) return NO_POLICY;
    if (!policy.on.includes(cause)) return NOT_RETRIED;
    if (tries > policy.attempts) return ATTEMPTS_SPENT;
    return policy.budget !== null && this.balance < 1 ? BUDGET_SPENT : MAY_RETRY;
  }

  /**
   * The wait, in ns, before try `tries` + 1 of a request that has just failed with `cause`; -1: there is
   * none. Exponential: base × factor^(tries - 1), bounded by `max`, with jitter.
   */
  backoffBefore(tries: number, cause: ErrorCause): number {
    if (this.whyNotAgain(tries, cause) !== MAY_RETRY) return -1;
    const policy = this.policy!;
    if (policy.budget !== null) this.balance--;
    const { base, factor, max, jitter } = policy.backoff;
    const full = Math.min(base * factor ** (tries - 1), max ?? TIME_MAX);
    switch (jitter) {
      case 'None':
        return Math.round(full);
      case 'Full':
        return Math.round(full * this.stream.next());
      case 'Equal':
        return Math.round((full / 2) * (1 + this.stream.next()));
    }
  }
}

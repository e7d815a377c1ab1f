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
import { RetryBudget } from './retry-budget.ts';

export class Retries {
  private readonly policy: RetryPolicy | null;
  private readonly stream: RandomStream;
  private readonly budget: RetryBudget;

  constructor(policy: RetryPolicy | null, stream: RandomStream) {
    this.policy = policy;
    this.stream = stream;
    this.budget = new RetryBudget(policy === null ? null : policy.budget);
  }

  /** A new request was issued. */
  requested(): void {
    this.budget.requested();
  }

  /** Why a request that has just failed for the `tries`th time is not tried again: an index into RETRY_ENDS, or MAY_RETRY. */
  whyNotAgain(tries: number, cause: ErrorCause): number {
    const { policy } = this;
    if (policy === null) return NO_POLICY;
    if (!policy.on.includes(cause)) return NOT_RETRIED;
    if (tries > policy.attempts) return ATTEMPTS_SPENT;
    return this.budget.isSpent ? BUDGET_SPENT : MAY_RETRY;
  }

  /**
   * The wait, in ns, before try `tries` + 1 of a request that has just failed with `cause`; -1: there is
   * none. Exponential: base × factor^(tries - 1), bounded by `max`, with jitter.
   */
  backoffBefore(tries: number, cause: ErrorCause): number {
    if (this.whyNotAgain(tries, cause) !== MAY_RETRY) return -1;
    const policy = this.policy!;
    this.budget.spend();
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

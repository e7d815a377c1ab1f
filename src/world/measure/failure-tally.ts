/** Requests that failed, by what their client saw, by what the cluster knew, and by why they were not tried again. */
import { assert } from '../../base/assert.ts';
import { FAILURE_REASONS, RETRY_ENDS } from '../../contract/failures.ts';
import { ERROR_CAUSES, type ErrorCause } from '../../contract/plan.ts';
import type { FailureCount } from '../../contract/result.ts';

const CAUSE_INDEX: ReadonlyMap<ErrorCause, number> = new Map(
  ERROR_CAUSES.map((cause, index) => [cause, index]),
);

export class FailureTally {
  private readonly counts: Float64Array = new Float64Array(
    ERROR_CAUSES.length * FAILURE_REASONS.length * RETRY_ENDS.length,
  );

  /** A request has failed: `reason` and `retryEnd` are indices into FAILURE_REASONS and RETRY_ENDS. */
  add(cause: ErrorCause, reason: number, retryEnd: number): void {
    const row = CAUSE_INDEX.get(cause)! * FAILURE_REASONS.length + reason;
    assert(reason >= 0 && retryEnd >= 0, 'a request has failed for no reason');
    this.counts[row * RETRY_ENDS.length + retryEnd]++;
  }

  /** Those that occurred, in the order in which files list them. */
  results(): FailureCount[] {
    return ERROR_CAUSES.flatMap((cause, c) =>
      FAILURE_REASONS.flatMap((reason, r) =>
        RETRY_ENDS.flatMap((retry, e) => {
          const count = this.counts[(c * FAILURE_REASONS.length + r) * RETRY_ENDS.length + e];
          return count > 0 ? [{ cause, reason, retry, count }] : [];
        }),
      ),
    );
  }
}

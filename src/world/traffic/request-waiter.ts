/** Those who wait for the end of a request that they have made: users of a closed loop, sessions, pods that call others. */
import type { ErrorCause } from '../../contract/plan.ts';

export interface RequestWaiter {
  /** The request has ended now: well (null), or with the cause of its last attempt's failure. */
  requestEnded(cause: ErrorCause | null): void;
}

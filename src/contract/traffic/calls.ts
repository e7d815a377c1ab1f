/**
 * What the pods of a workload call while they serve a request. Each call is made by a client of its own, which the
 * plan lists among the others: its `origin` names the workload.
 */

/** One entry: `times` rounds, one after the other, of `fanOut` requests at once. */
export interface PlannedCall {
  /** Index into `Plan.clients`. */
  readonly client: number;
  /** 0–1: whether it is made at all, drawn once a request. */
  readonly probability: number;
  readonly times: number;
  readonly fanOut: number;
  /** Fail: the pod answers 502, or 504 where the call took too long, at once. Ignore: it goes on without the answer. */
  readonly onError: 'Fail' | 'Ignore';
  /** Whether the call has no more time than the request has left that it is made for. */
  readonly propagateDeadline: boolean;
}

/** Calls that begin at the same point; the pod goes on when the last of them has ended. */
export interface PlannedCallStep {
  /** 0–1: the share of the service time after which they are made. */
  readonly at: number;
  readonly parallel: readonly PlannedCall[];
}

export interface PlannedCalls {
  /**
   * Hold: a request keeps its worker while it waits for calls (a thread per request). Release: another may take it
   * meanwhile, and the request lines up again, behind those that wait, to go on (an event loop).
   */
  readonly whileCalling: 'Hold' | 'Release';
  /** By `at`, and of equals as written. */
  readonly steps: readonly PlannedCallStep[];
}

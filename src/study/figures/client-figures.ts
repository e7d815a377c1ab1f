/**
 * What clients saw in one window of one run: one client, or all of them pooled request by request. Requests that pods made
 * for others are no part of the latter: what they took is in the latency of those.
 */
import type { FailureReason, RetryEnd } from '../../contract/failures.ts';
import { ERROR_CAUSES } from '../../contract/plan.ts';
import type { ErrorCause } from '../../contract/plan.ts';
import type { CircuitTime, HistogramData, RunResult } from '../../contract/result.ts';
import { pooled } from '../../stats/histogram.ts';

/** A window, and a client by name or null for all of them. */
export interface ClientScope {
  readonly window: string;
  readonly client: string | null;
}

/** Counts and latencies of the requests that were due in the window. */
export interface ClientFigures {
  readonly requests: number;
  readonly succeeded: number;
  /** Did not succeed: by a cause in `errors`, or unfinished when the run was cut off. */
  readonly failed: number;
  readonly unfinished: number;
  /** Succeeded while the window was open, whenever they were due. */
  readonly completed: number;
  readonly attempts: number;
  readonly errors: ReadonlyMap<ErrorCause, number>;
  /** The same by reason. */
  readonly reasons: ReadonlyMap<FailureReason, number>;
  /** And by why there was no other attempt. */
  readonly retries: ReadonlyMap<RetryEnd, number>;
  /** How long circuit breakers were open, and could have been, ns over all pods that have one. */
  readonly circuit: CircuitTime;
  /** Nanoseconds; counts the requests that ended. */
  readonly latency: HistogramData;
}

/** Pools what `run` found within `scope`. */
export function clientFigures(run: Pick<RunResult, 'clients'>, scope: ClientScope): ClientFigures {
  let requests = 0;
  let succeeded = 0;
  let unfinished = 0;
  let completed = 0;
  let attempts = 0;
  const errors = new Map<ErrorCause, number>();
  const reasons = new Map<FailureReason, number>();
  const retries = new Map<RetryEnd, number>();
  let [openNs, podNs] = [0, 0];
  const latencies: HistogramData[] = [];
  for (const client of run.clients) {
    if (client.window !== scope.window) continue;
    if (scope.client === null ? client.calledBy !== undefined : client.client !== scope.client) {
      continue;
    }
    requests += client.requests;
    succeeded += client.succeeded;
    unfinished += client.unfinished;
    completed += client.completed;
    attempts += client.attempts;
    openNs += client.circuit?.openNs ?? 0;
    podNs += client.circuit?.podNs ?? 0;
    for (const cause of ERROR_CAUSES) {
      const count = client.errors[cause] ?? 0;
      if (count === 0) continue;
      errors.set(cause, (errors.get(cause) ?? 0) + count);
    }
    for (const { reason, retry, count } of client.failures) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + count);
      retries.set(retry, (retries.get(retry) ?? 0) + count);
    }
    latencies.push(client.latency);
  }
  const latency = pooled(latencies);
  const failed = requests - succeeded;
  const counts = { requests, succeeded, failed, unfinished, completed, attempts };
  return { ...counts, errors, reasons, retries, circuit: { openNs, podNs }, latency };
}

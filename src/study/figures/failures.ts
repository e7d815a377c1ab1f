/** Failed requests of a variant by what their clients saw and what the cluster knew. */
import type { FailureReason } from '../../contract/failures.ts';
import type { ErrorCause } from '../../contract/plan.ts';
import type { VariantRuns } from '../study.ts';

export interface FailureKind {
  readonly cause: ErrorCause;
  readonly reason: FailureReason;
  /** Over all clients and replications, without what pods called for them. */
  readonly count: number;
}

/** Those of a window, the most frequent first. */
export function failureKinds({ runs }: VariantRuns, window: string): readonly FailureKind[] {
  const kinds = new Map<string, FailureKind>();
  for (const { clients } of runs) {
    for (const { calledBy, failures, window: own } of clients) {
      if (own !== window || calledBy !== undefined) continue;
      for (const { cause, reason, count } of failures) {
        const key = `${cause} ${reason}`;
        kinds.set(key, { cause, reason, count: count + (kinds.get(key)?.count ?? 0) });
      }
    }
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count);
}

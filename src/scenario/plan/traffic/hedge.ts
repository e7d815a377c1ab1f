/** Hedged requests: how many tries, and how long after each other. */
import { parseRatio } from '../../../base/units.ts';
import { ERROR_CAUSES } from '../../../contract/plan.ts';
import type { ErrorCause, HedgePolicy } from '../../../contract/plan.ts';
import { HEDGE_ATTEMPTS, HEDGE_SERVICE_TIME, RETRY_ON } from '../../defence-defaults.ts';
import type { AttemptsInput } from '../../schema/traffic/attempts.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

export function planHedge(
  { hedge, retry, timeout }: Pick<AttemptsInput, 'hedge' | 'retry' | 'timeout'>,
  path: Path,
  document: ScenarioDocument,
): HedgePolicy | null {
  if (hedge === undefined) return null;
  if (retry !== undefined) {
    const hint = 'nonFatal says which failures are tried again at once';
    document.error(path, 'Invalid', 'excludes retry, as in gRPC', hint);
  }
  const after = durationOf(hedge.after);
  if (timeout !== undefined && after >= durationOf(timeout)) {
    const message = `no try is under way for so long: timeout is ${timeout}`;
    document.warn([...path, 'after'], 'NoEffect', message);
  }
  const causes = new Set<ErrorCause>(hedge.nonFatal ?? RETRY_ON);
  // As with retries, timeouts are of both kinds.
  if (causes.has('timeout')) causes.add('connectTimeout');
  return {
    maxAttempts: hedge.maxAttempts ?? HEDGE_ATTEMPTS,
    after,
    nonFatal: ERROR_CAUSES.filter((cause) => causes.has(cause)),
    budget: hedge.budget === undefined ? null : (parseRatio(hedge.budget) ?? null),
    serviceTime: hedge.serviceTime ?? HEDGE_SERVICE_TIME,
  };
}

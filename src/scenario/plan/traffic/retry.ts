/** Retries: of what, how often, after how long. */
import { parseRatio } from '../../../base/units.ts';
import { ERROR_CAUSES } from '../../../contract/plan.ts';
import type { ErrorCause, RetryPolicy } from '../../../contract/plan.ts';
import {
  RETRY_ATTEMPTS,
  RETRY_BASE,
  RETRY_FACTOR,
  RETRY_JITTER,
  RETRY_ON,
} from '../../defence-defaults.ts';
import type { RetryInput } from '../../schema/traffic/retry.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf, optionalDuration } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

export function planRetry(
  input: RetryInput | undefined,
  path: Path,
  document: ScenarioDocument,
): RetryPolicy | null {
  if (input === undefined) return null;
  const { backoff } = input;
  const max = optionalDuration(backoff?.max);
  const base = backoff?.base === undefined ? RETRY_BASE : durationOf(backoff.base);
  if (max !== null && max < base) {
    document.error([...path, 'backoff', 'max'], 'Invalid', 'must be at least the base');
  }
  const causes = new Set<ErrorCause>(input.on ?? RETRY_ON);
  // Whoever retries timeouts means both kinds.
  if (causes.has('timeout')) causes.add('connectTimeout');
  return {
    attempts: input.attempts ?? RETRY_ATTEMPTS,
    on: ERROR_CAUSES.filter((cause) => causes.has(cause)),
    backoff: {
      base,
      factor: backoff?.factor ?? RETRY_FACTOR,
      max,
      jitter: backoff?.jitter ?? RETRY_JITTER,
    },
    budget: input.budget === undefined ? null : (parseRatio(input.budget) ?? null),
  };
}

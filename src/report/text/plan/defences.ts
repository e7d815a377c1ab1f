/** What clients do to protect themselves and others. */
import { formatDuration } from '../../../base/units.ts';
import type {
  CircuitBreakerPolicy,
  ConcurrencyLimitPolicy,
  HedgePolicy,
  PlannedClient,
} from '../../../contract/plan.ts';
import { formatRatio } from '../../numbers.ts';

/** One entry for each that there is. */
export function defenceTexts({
  circuitBreaker,
  concurrencyLimit,
}: PlannedClient): readonly string[] {
  return [
    ...(circuitBreaker === null ? [] : [breakerText(circuitBreaker)]),
    ...(concurrencyLimit === null ? [] : [limitText(concurrencyLimit)]),
  ];
}

export function hedgeText({ maxAttempts, after, budget }: HedgePolicy): string {
  const tokens = budget === null ? '' : `, budget ${formatRatio(budget)}`;
  return `hedged: up to ${maxAttempts} tries, ${formatDuration(after)} apart${tokens}`;
}

function breakerText({ failureRate, slowCall, window, open }: CircuitBreakerPolicy): string {
  const slow =
    slowCall === null
      ? ''
      : ` or ${formatRatio(slowCall.rate)} longer than ${formatDuration(slowCall.longerThan)}`;
  const of = window.kind === 'time' ? `${window.seconds}s` : `${window.requests} tries`;
  return `circuit breaker at ${formatRatio(failureRate)} failures${slow} of ${of}, open for ${formatDuration(open)}`;
}

function limitText({ limit, queue }: ConcurrencyLimitPolicy): string {
  const places =
    limit.kind === 'fixed' ? `${limit.max}` : `${limit.min} to ${limit.max} (${limit.kind})`;
  const waiting = queue === 0 ? '' : `, ${queue} more wait`;
  return `at most ${places} under way a pod${waiting}`;
}

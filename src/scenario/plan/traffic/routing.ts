/** What an L7 proxy does with each request, besides choosing an endpoint. */
import type { PlannedPropagation, PlannedRouting } from '../../../contract/traffic/mesh.ts';
import { CIRCUIT_BREAKERS, PROPAGATION, PROXY_RETRY } from '../../mesh-defaults.ts';
import type { RoutingInput } from '../../schema/traffic/mesh.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf, optionalDuration, planDistribution } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { planRetry } from './retry.ts';

/** Where a field of a map is written that may come of several places. */
export type PathTo<Field extends string> = (field: Field) => Path;

export function planRouting(
  input: RoutingInput,
  pathTo: PathTo<keyof RoutingInput>,
  document: ScenarioDocument,
): PlannedRouting {
  const { circuitBreakers, retry } = input;
  const timeout = optionalDuration(input.timeout);
  if (timeout === 0) document.error(pathTo('timeout'), 'Invalid', 'must be above 0s');
  return {
    propagation: planPropagation(input.propagation, pathTo('propagation'), document),
    timeout,
    retry: planProxyRetry(retry, pathTo('retry'), document),
    circuitBreakers: {
      maxPendingRequests:
        circuitBreakers?.maxPendingRequests ?? CIRCUIT_BREAKERS.maxPendingRequests,
      maxRequests: circuitBreakers?.maxRequests ?? CIRCUIT_BREAKERS.maxRequests,
      maxRetries: circuitBreakers?.maxRetries ?? CIRCUIT_BREAKERS.maxRetries,
    },
  };
}

/** What is not written of it is as proxies have it by themselves, not as clients have it. */
function planProxyRetry(
  retry: RoutingInput['retry'],
  path: Path,
  document: ScenarioDocument,
): PlannedRouting['retry'] {
  if (retry === 'none') return null;
  const planned = planRetry(retry, path, document);
  if (planned === null || retry === undefined) return PROXY_RETRY;
  return {
    ...planned,
    attempts: retry.attempts ?? PROXY_RETRY.attempts,
    on: retry.on === undefined ? PROXY_RETRY.on : planned.on,
    backoff: retry.backoff === undefined ? PROXY_RETRY.backoff : planned.backoff,
  };
}

export function planPropagation(
  input: RoutingInput['propagation'],
  path: Path,
  document: ScenarioDocument,
): PlannedPropagation {
  const debounceAfter = optionalDuration(input?.debounceAfter) ?? PROPAGATION.debounceAfter;
  const debounceMax =
    input?.debounceMax === undefined ? PROPAGATION.debounceMax : durationOf(input.debounceMax);
  if (debounceMax < debounceAfter) {
    document.error([...path, 'debounceMax'], 'Invalid', 'must be at least debounceAfter');
  }
  return {
    debounceAfter,
    debounceMax,
    push:
      input?.push === undefined
        ? PROPAGATION.push
        : planDistribution(input.push, [...path, 'push'], document),
  };
}

/** Circuit breakers: when they open, and for how long. */
import type { CircuitBreakerPolicy } from '../../../contract/plan.ts';
import { parseRatio } from '../../../base/units.ts';
import { CIRCUIT_BREAKER } from '../../defence-defaults.ts';
import type { CircuitBreakerInput } from '../../schema/traffic/circuit-breaker.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf, optionalDuration } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

const NS_PER_SECOND = 1e9;
/** Of a window: an hour. */
const SECONDS_MAX = 3600;

export function planCircuitBreaker(
  input: CircuitBreakerInput | undefined,
  path: Path,
  document: ScenarioDocument,
): CircuitBreakerPolicy | null {
  if (input === undefined) return null;
  const { failureRate, slowCall, open } = input;
  const share = (written: string | number | undefined, otherwise: number, at: Path): number => {
    const ratio = written === undefined ? otherwise : (parseRatio(written) ?? otherwise);
    const hint =
      'at a share of 0 it would be open all the time; 100% keeps it closed unless all fail';
    if (ratio === 0) document.error(at, 'Invalid', 'must be above 0', hint);
    return ratio;
  };
  const policy: CircuitBreakerPolicy = {
    failureRate: share(failureRate, CIRCUIT_BREAKER.failureRate, [...path, 'failureRate']),
    slowCall:
      slowCall === undefined
        ? null
        : {
            longerThan: durationOf(slowCall.longerThan),
            rate: share(slowCall.rate, CIRCUIT_BREAKER.slowCallRate, [...path, 'slowCall', 'rate']),
          },
    window: planWindow(input.window, [...path, 'window'], document),
    minimumRequests: input.minimumRequests ?? CIRCUIT_BREAKER.minimumRequests,
    open: optionalDuration(open) ?? CIRCUIT_BREAKER.open,
    halfOpenRequests: input.halfOpenRequests ?? CIRCUIT_BREAKER.halfOpenRequests,
  };
  if (policy.open === 0) document.error([...path, 'open'], 'Invalid', 'must be above 0s');
  const { window, minimumRequests } = policy;
  if (
    window.kind === 'requests' &&
    input.minimumRequests !== undefined &&
    minimumRequests > window.requests
  ) {
    const message = `more than the window holds: it decides with ${window.requests}`;
    document.warn([...path, 'minimumRequests'], 'NoEffect', message);
  }
  return policy;
}

function planWindow(
  written: CircuitBreakerInput['window'],
  path: Path,
  document: ScenarioDocument,
): CircuitBreakerPolicy['window'] {
  if (written === undefined) return { kind: 'requests', requests: CIRCUIT_BREAKER.windowRequests };
  if (typeof written !== 'string') return { kind: 'requests', requests: written.requests };
  const seconds = durationOf(written) / NS_PER_SECOND;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > SECONDS_MAX) {
    const hint = 'e.g. 10s; it is kept by whole seconds, as in resilience4j';
    document.error(path, 'Invalid', 'must be whole seconds, from 1s to 1h', hint);
    return { kind: 'time', seconds: 1 };
  }
  return { kind: 'time', seconds };
}

/** Sessions: how many requests a user makes who has come, and how. */
import type { Arrival, SessionLength, SessionPolicy } from '../../../contract/plan.ts';
import { SESSION_ON_ERROR, THINK } from '../../traffic-defaults.ts';
import type { SessionInput } from '../../schema/traffic/session.ts';
import type { Path } from '../../text/tree.ts';
import { planDistribution } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

export function planSession(
  input: SessionInput | undefined,
  path: Path,
  arrival: Arrival,
  document: ScenarioDocument,
): SessionPolicy | null {
  if (input === undefined) return null;
  if (['closed', 'trace', 'script'].includes(arrival.kind)) {
    const message = `does not go with arrivals ${arrival.kind}`;
    const hint =
      arrival.kind === 'closed'
        ? 'its users make one request after the other as it is, and think in between'
        : 'what is written down has every request as it came';
    document.error(path, 'Invalid', message, hint);
  }
  const requests = lengthOf(input.requests, [...path, 'requests'], document);
  if (requests.kind === 'constant' && requests.value === 1) {
    const message = 'without effect: one request is what arrives without a session';
    document.warn([...path, 'requests'], 'NoEffect', message);
  }
  return {
    requests,
    think:
      input.think === undefined
        ? THINK
        : planDistribution(input.think, [...path, 'think'], document),
    onError: input.onError ?? SESSION_ON_ERROR,
  };
}

function lengthOf(
  input: SessionInput['requests'],
  path: Path,
  document: ScenarioDocument,
): SessionLength {
  if (typeof input === 'number') return { kind: 'constant', value: input };
  if (input.geometric !== undefined) return { kind: 'geometric', mean: input.geometric.mean };
  const { min = 1, max = 1 } = input.uniform ?? {};
  if (min > max) {
    const message = `max ${max} must be at least min ${min}`;
    document.error([...path, 'uniform', 'max'], 'Invalid', message);
  }
  return { kind: 'uniform', min, max };
}

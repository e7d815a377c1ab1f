/** Connections: how many, how they are shared, and for how long. */
import type { ConnectionPolicy } from '../../../contract/plan.ts';
import { parseRatio } from '../../../base/units.ts';
import { POOL, REUSE } from '../../traffic-defaults.ts';
import type { ConnectionInput } from '../../schema/traffic/connection.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf, optionalDuration } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

const REUSABLE = [
  'pool',
  'warmUp',
  'reuse',
  'maxRequests',
  'maxAge',
  'maxAgeJitter',
  'idleTimeout',
] as const;

export function planConnection(
  input: ConnectionInput | undefined,
  path: Path,
  document: ScenarioDocument,
): ConnectionPolicy {
  const mode = input?.mode ?? 'PerRequest';
  if (input === undefined || mode === 'PerRequest') {
    const given = REUSABLE.filter((field) => input?.[field] !== undefined);
    if (given.length > 0) {
      const message = `${given.join(', ')}: without effect on connections of mode PerRequest`;
      document.warn(path, 'NoEffect', message, 'Modes with it: KeepAlive, Multiplexed');
    }
    return { mode: 'PerRequest' };
  }
  for (const field of ['maxAge', 'idleTimeout'] as const) {
    const written = input[field];
    if (written === undefined || durationOf(written) > 0) continue;
    document.error([...path, field], 'Invalid', 'must be above 0s');
  }
  if (input.maxAgeJitter !== undefined && input.maxAge === undefined) {
    document.warn([...path, 'maxAgeJitter'], 'NoEffect', 'without effect: there is no maxAge');
  }
  const { warmUp = 0 } = input;
  const pool = input.pool ?? POOL;
  if (warmUp > pool) {
    const message = `must be at most the pool (${pool})`;
    document.error([...path, 'warmUp'], 'Invalid', message);
  }
  return {
    mode,
    pool,
    warmUp,
    reuse: input.reuse ?? REUSE,
    maxRequests: input.maxRequests ?? null,
    maxAge: optionalDuration(input.maxAge),
    maxAgeJitter: input.maxAgeJitter === undefined ? 0 : (parseRatio(input.maxAgeJitter) ?? 0),
    idleTimeout: optionalDuration(input.idleTimeout),
  };
}

/** Of those whose connections nobody opens before they are needed. */
export function refuseWarmUp(
  planned: ConnectionPolicy,
  path: Path,
  message: string,
  document: ScenarioDocument,
): void {
  if (planned.mode === 'PerRequest' || planned.warmUp === 0) return;
  document.error([...path, 'warmUp'], 'Invalid', message, 'leave it out');
}

export const BALANCER_WARMS_NONE =
  'a balancer opens connections to each pod by itself, and none ahead of that';

/** Limits of what a client pod has under way. */
import { parseRatio } from '../../../base/units.ts';
import type {
  ConcurrencyLimitKind,
  ConcurrencyLimitPolicy,
  LimitBounds,
} from '../../../contract/plan.ts';
import { AIMD, GRADIENT2, LIMIT_BOUNDS } from '../../defence-defaults.ts';
import type { ConcurrencyLimitInput } from '../../schema/traffic/concurrency-limit.ts';
import type { Path } from '../../text/tree.ts';
import { optionalDuration } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

const KINDS = ['max', 'aimd', 'gradient2'] as const;

export function planConcurrencyLimit(
  input: ConcurrencyLimitInput | undefined,
  path: Path,
  document: ScenarioDocument,
): ConcurrencyLimitPolicy | null {
  if (input === undefined) return null;
  const given = KINDS.filter((kind) => input[kind] !== undefined);
  if (given.length !== 1) {
    const problem =
      given.length === 0 ? 'is without a limit' : `${given.join(' and ')} exclude each other`;
    const hint = 'Exactly one of: max (a number), aimd, gradient2 (limits that find themselves)';
    document.error(path, 'Invalid', problem, hint);
  }
  return { limit: planKind(input, path, document), queue: input.queue ?? 0 };
}

function planKind(
  { max, aimd, gradient2 }: ConcurrencyLimitInput,
  path: Path,
  document: ScenarioDocument,
): ConcurrencyLimitKind {
  if (aimd !== undefined) {
    const ratio = aimd.backoffRatio;
    const at = [...path, 'aimd'];
    const planned: ConcurrencyLimitKind = {
      kind: 'aimd',
      ...planBounds(aimd, at, document),
      backoffRatio: ratio === undefined ? AIMD.backoffRatio : (parseRatio(ratio) ?? 1),
      timeout: optionalDuration(aimd.timeout) ?? AIMD.timeout,
    };
    if (planned.backoffRatio < 1) return planned;
    document.error([...at, 'backoffRatio'], 'Invalid', 'must be below 1, or the limit never falls');
    return planned;
  }
  if (gradient2 !== undefined) {
    const { smoothing } = gradient2;
    return {
      kind: 'gradient2',
      ...planBounds(gradient2, [...path, 'gradient2'], document),
      rttTolerance: gradient2.rttTolerance ?? GRADIENT2.rttTolerance,
      smoothing: smoothing === undefined ? GRADIENT2.smoothing : (parseRatio(smoothing) ?? 1),
      longWindow: gradient2.longWindow ?? GRADIENT2.longWindow,
      queueSize: gradient2.queueSize ?? GRADIENT2.queueSize,
    };
  }
  return { kind: 'fixed', max: max ?? 1 };
}

/** What is left out keeps out of the way of what is said. */
function planBounds(
  { initial, min, max }: Partial<Record<keyof LimitBounds, number | undefined>>,
  path: Path,
  document: ScenarioDocument,
): LimitBounds {
  const most = max ?? Math.max(LIMIT_BOUNDS.max, min ?? 0, initial ?? 0);
  const least = min ?? Math.min(LIMIT_BOUNDS.min, most, initial ?? Infinity);
  const first = initial ?? Math.min(most, Math.max(least, LIMIT_BOUNDS.initial));
  if (least > most) {
    document.error([...path, 'min'], 'Invalid', `must be at most max (${most})`);
  } else if (first < least || first > most) {
    document.error([...path, 'initial'], 'Invalid', `must be between ${least} and ${most}`);
  }
  return { initial: first, min: least, max: most };
}

/** Load that pods shed: by how long requests wait. */
import type { PlannedShedding } from '../../contract/plan.ts';
import { CODEL, SHED_AT } from '../defence-defaults.ts';
import type { WorkloadInput } from '../schema/workload.ts';
import type { Path } from '../text/tree.ts';
import { durationOf, optionalDuration } from './distributions.ts';
import type { ScenarioDocument } from './scenario-document.ts';

export function planShedding(
  { queueLimit, shedding }: WorkloadInput,
  path: Path,
  document: ScenarioDocument,
): PlannedShedding | null {
  if (shedding === undefined) return null;
  if (queueLimit === 0) {
    const message = 'without effect where nobody waits (queueLimit: 0)';
    document.warn(path, 'NoEffect', message);
  }
  const { codel, queueTime } = shedding;
  if (codel === undefined) {
    const { limit = '0s', at = SHED_AT } = queueTime ?? {};
    return { kind: 'queueTime', limit: durationOf(limit), at };
  }
  const planned: PlannedShedding = {
    kind: 'codel',
    law: codel.law ?? CODEL.law,
    target: optionalDuration(codel.target) ?? CODEL.target,
    interval: optionalDuration(codel.interval) ?? CODEL.interval,
    lifo: codel.lifo ?? false,
  };
  const at = [...path, 'codel'];
  if (planned.interval === 0) document.error([...at, 'interval'], 'Invalid', 'must be above 0s');
  if (planned.target > planned.interval) {
    document.error([...at, 'target'], 'Invalid', 'must be at most the interval');
  }
  if (planned.lifo && planned.law === 'RFC8289') {
    const hint = 'adaptive LIFO goes with law: FailAtScale';
    document.error([...at, 'lifo'], 'Invalid', 'RFC 8289 serves in order', hint);
  }
  return planned;
}

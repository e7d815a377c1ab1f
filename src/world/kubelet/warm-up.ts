/**
 * A process that has just begun to serve is slower for a while: caches are cold, code is not compiled. An assumption:
 * what a request takes falls in a straight line, from `slowdown` times as long to what it is, by when its service begins.
 */
import type { PlannedWorkload } from '../../contract/plan.ts';

/** Factor on the service times of a process that has served for `age` ns. */
export function warmUpFactor(
  { lasts, slowdown }: NonNullable<PlannedWorkload['warmUp']>,
  age: number,
): number {
  return age >= lasts ? 1 : 1 + (slowdown - 1) * (1 - age / lasts);
}

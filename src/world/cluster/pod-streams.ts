/**
 * The name that the random streams of a pod begin with. A StatefulSet gives its names again and again: whoever has had
 * namesakes has a number, or all of them would draw the same.
 */
import type { PlannedWorkload } from '../../contract/plan.ts';
import type { Pod } from './pod.ts';

/** @param before pods that the workload has had so far */
export function streamsOf(
  { namespace, controller }: PlannedWorkload,
  name: string,
  before: readonly Pod[],
): string {
  const namesakes =
    controller.kind === 'StatefulSet' ? before.filter((pod) => pod.name === name).length : 0;
  return namesakes === 0 ? `pod/${namespace}/${name}` : `pod/${namespace}/${name}/${namesakes}`;
}

/** Whether pods of a workload may answer with status 500, those of revisions to come included. */
import type { Plan } from '../../contract/plan.ts';

export function mayErr({ workloads, timeline, faults }: Plan, workload: number): boolean {
  const actions = [...timeline, ...faults.flatMap((fault) => fault.actions)];
  return (
    workloads[workload].errorRate > 0 ||
    actions.some(
      (action) =>
        action.kind === 'rollout' &&
        action.workload === workload &&
        (action.revision?.errorRate ?? 0) > 0,
    )
  );
}

/**
 * The PodDisruptionBudgets of a plan, as the eviction API consults them.
 *
 * Source: k8s pkg/registry/core/pod/storage/eviction.go. As there, a pod that does not run yet may always go, one
 * that runs and is not ready may go while enough others are healthy (unhealthyPodEvictionPolicy:
 * IfHealthyBudget), and a pod under more than one budget may never go.
 *
 * Left out: the disruption controller's own delay: budgets count by what the API server has now.
 */
import type { PlannedDisruptionBudget } from '../../contract/plan.ts';
import { desiredHealthy, disruptionsAllowed } from '../../kube/disruption.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';

export class DisruptionBudgets {
  private readonly world: World;
  /** By workload. */
  private readonly over: readonly (readonly PlannedDisruptionBudget[])[];

  constructor(world: World) {
    this.world = world;
    const { disruptionBudgets, workloads } = world.plan;
    this.over = workloads.map((_, index) =>
      disruptionBudgets.filter((budget) => budget.workloads.includes(index)),
    );
  }

  /** Whether the pod may be evicted now. */
  allow(pod: Pod): boolean {
    const budgets = this.over[pod.workload];
    if (budgets.length === 0) return true;
    const { known, ready } = this.world.controlPlane.statusOf(pod);
    if (!known) return true;
    if (budgets.length > 1) return false;
    const [{ limit, workloads }] = budgets;
    const expected = workloads.reduce((sum, one) => sum + this.world.workloads[one].replicas, 0);
    const healthy = workloads.reduce((sum, one) => sum + this.world.workloads[one].readyPods, 0);
    if (disruptionsAllowed(limit, expected, healthy) > 0) return true;
    const desired = desiredHealthy(limit, expected);
    return !ready && desired > 0 && healthy >= desired;
  }
}

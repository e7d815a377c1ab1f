/**
 * How the kubelet ends a container: the preStop hook inside the grace period, SIGTERM, and SIGKILL when the grace
 * period is over, though never sooner than 2 s after SIGTERM (k8s pkg/kubelet/kuberuntime/kuberuntime_container.go,
 * killContainer: what the hook took is subtracted in whole seconds, minimumGracePeriodInSeconds 2).
 */
import { seconds } from '../../base/time.ts';
import type { PlannedTermination, PlannedWorkload } from '../../contract/plan.ts';

const MINIMUM_GRACE_NS = seconds(2);
/** With which a pod is killed whose object is gone already (k8s pkg/kubelet/pod_workers.go, calculateEffectiveGracePeriod). */
export const FORCED_GRACE_NS: number = seconds(1);

/** What a process does that says nothing else: it finishes what it has begun. */
export const FINISH: PlannedTermination = {
  process: 'Finish',
  lasts: null,
  closesConnections: true,
};

/** From the begin of the end to SIGTERM, and from there to SIGKILL, ns. */
export interface Ending {
  readonly sigterm: number;
  readonly sigkill: number;
}

/** @param grace the grace period, ns */
export function endingOf({ preStop }: PlannedWorkload, grace: number): Ending {
  const sigterm = Math.min(preStop, grace);
  const left = grace - Math.floor(sigterm / seconds(1)) * seconds(1);
  return { sigterm, sigkill: Math.max(left, MINIMUM_GRACE_NS) };
}

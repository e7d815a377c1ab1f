/**
 * CrashLoopBackOff: how long the kubelet waits before it starts a container again. The first time it does not
 * wait; then `initial`, and twice as long each time, up to `max`. A container that ran for longer than `resetAfter`
 * starts anew (k8s pkg/kubelet/kuberuntime, doBackOff; client-go util/flowcontrol, Backoff).
 */
import type { PlannedBackOff } from '../../contract/plan.ts';

export class BackOff {
  private readonly settings: PlannedBackOff;
  /** The wait after the next end, ns. */
  private delay = 0;

  constructor(settings: PlannedBackOff) {
    this.settings = settings;
  }

  /** A container has ended that ran for `ranFor` ns: how long until the next start, ns. */
  afterEnd(ranFor: number): number {
    const { initial, max, resetAfter } = this.settings;
    const wait = ranFor > resetAfter ? 0 : this.delay;
    this.delay = wait === 0 ? Math.min(initial, max) : Math.min(2 * wait, max);
    return wait;
  }

  /** The kubelet itself has been started again, and remembers nothing. */
  forget(): void {
    this.delay = 0;
  }
}

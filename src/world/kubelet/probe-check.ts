/**
 * One look of a probe at a pod: an answer at once, when the request has its turn at the pod, or none in time.
 *
 * HTTP and gRPC probes are requests like others, and wait behind those that are there; they take no time of a worker.
 * A TCP probe asks the kernel whether somebody listens, a command whether the process has come up: a pod that is
 * busy passes both (k8s pkg/kubelet/prober/prober.go).
 */
import type { PlannedProbe } from '../../contract/plan.ts';
import { PHASE_CONTROL, SimEvent } from '../../engine/event-queue.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';

export class ProbeCheck extends SimEvent {
  /** Workers of the pod that must become free before one answers it. */
  turnsLeft: number = 0;

  private readonly world: World;
  private readonly pod: Pod;
  private readonly conclude: (success: boolean) => void;

  /** @param conclude called once for each `begin`, with the finding, unless that is stopped before */
  constructor(world: World, pod: Pod, conclude: (success: boolean) => void) {
    super(world.queue);
    this.world = world;
    this.pod = pod;
    this.conclude = conclude;
  }

  begin({ handler, timeout }: PlannedProbe): void {
    const { pod } = this;
    const answer = pod.answerTo(handler);
    if (answer === 'success' || answer === 'failure') {
      this.conclude(answer === 'success');
      return;
    }
    const { queue } = this.world;
    queue.schedule(this, queue.now + timeout, PHASE_CONTROL);
    if (answer === 'in turn') pod.joinProbes(this);
  }

  stop(): void {
    this.world.queue.cancel(this);
    this.pod.probesInLine.leave(this);
  }

  /** The pod has answered; or, if not `success`, its process has died. */
  answered(success: boolean): void {
    this.world.queue.cancel(this);
    this.conclude(success);
  }

  /** Nobody has answered in time. */
  override fire(): void {
    this.pod.probesInLine.leave(this);
    this.conclude(false);
  }
}

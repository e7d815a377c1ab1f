/**
 * The probes of a pod's container, and what they say of it: whether it has started, is ready, must be killed.
 *
 * Until a startup probe has succeeded the others do not run. A container is taken for not ready and alive until its
 * probes have said otherwise. The readiness probe runs at once when the container has started; the others run at
 * their ticks, which count from when the kubelet has got the pod. In a pod that terminates the readiness probe alone
 * goes on. Source: k8s pkg/kubelet/prober/prober_manager.go, worker.go.
 */
import type { PlannedProbe, PlannedProbes } from '../../contract/plan.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { ProbeWorker, type ProbeListener } from './probe-worker.ts';

export class ContainerProbes implements ProbeListener {
  containerStartedAt: number = -Infinity;

  private readonly pod: Pod;
  /** The container is to be killed, with this grace period (ns). */
  private readonly kill: (grace: number) => void;
  private readonly phases: RandomStream;
  private readonly readiness: ProbeWorker | null;
  private readonly liveness: ProbeWorker | null;
  private readonly startup: ProbeWorker | null;
  private hasStarted = false;

  constructor(world: World, pod: Pod, kill: (grace: number) => void) {
    this.pod = pod;
    this.kill = kill;
    this.phases = world.stream(`pod/${pod.plan.namespace}/${pod.name}/probe`);
    const workerOf = (probe: PlannedProbe | null): ProbeWorker | null =>
      probe === null ? null : new ProbeWorker(world, pod, probe, this);
    const { readiness, liveness, startup } = pod.plan.probes;
    this.readiness = workerOf(readiness);
    this.liveness = workerOf(liveness);
    this.startup = workerOf(startup);
  }

  /** The kubelet has got the pod: its probes begin to tick. */
  begin(): void {
    for (const worker of this.workers) worker.begin(0);
  }

  /** The same by a kubelet that has just been started, which spreads what it does (over a period, at random). */
  beginSpread(): void {
    for (const worker of this.workers) {
      worker.begin(Math.floor(this.phases.next() * worker.plan.period));
    }
  }

  /** The pod has run for long: its probes have succeeded, and are somewhere between two ticks. */
  beginInMidst(): void {
    this.hasStarted = true;
    this.beginSpread();
  }

  stop(): void {
    for (const worker of this.workers) worker.stop();
  }

  /** A container has started at `now` (ns). */
  containerStarted(now: number): void {
    this.containerStartedAt = now;
    for (const worker of this.workers) worker.containerStarted();
    this.hasStarted = false;
    if (this.startup === null) this.started();
  }

  podTerminates(): void {
    this.liveness?.stop();
    this.startup?.stop();
  }

  wants(worker: ProbeWorker): boolean {
    return (worker === this.startup) !== this.hasStarted;
  }

  published(worker: ProbeWorker, success: boolean): void {
    if (worker === this.readiness) {
      this.pod.foundReady(success);
    } else if (!success) {
      worker.hold();
      this.kill(worker.plan.terminationGracePeriod ?? this.pod.plan.terminationGracePeriod);
    } else if (worker === this.startup) {
      this.started();
    }
  }

  private started(): void {
    this.hasStarted = true;
    this.pod.foundStarted();
    this.readiness?.trigger();
  }

  private get workers(): readonly ProbeWorker[] {
    return [this.startup, this.liveness, this.readiness].filter((worker) => worker !== null);
  }
}

export const probesAnything = ({ readiness, liveness, startup }: PlannedProbes): boolean =>
  readiness !== null || liveness !== null || startup !== null;

/**
 * What a node's kubelet does for one pod: it hears of it, pulls its image, starts its container, and starts that again
 * when it has ended; and when it hears of the pod's deletion, ends it.
 *
 * One container a pod. What the kubelet does by itself takes no time: of creating the sandbox and the network of a
 * pod, `imagePull` and `startUp` are to tell.
 *
 * Left out: init containers and sidecars, restart policies other than Always, the second that may pass until the
 * kubelet notices that a container has ended (PLEG), a preStop hook that fails.
 */
import type { PlannedTermination } from '../../contract/plan.ts';
import { createSampler } from '../../engine/distributions/sampler.ts';
import type { Sampler } from '../../engine/distributions/sampler.ts';
import { startFaults } from '../faults/pod-faults.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { BackOff } from './back-off.ts';
import { ContainerProbes, probesAnything } from './container-probes.ts';
import { endingOf, FINISH, FORCED_GRACE_NS } from './termination.ts';
import { Timer } from './timer.ts';

export class PodWorker {
  /** How often the container has been started again. */
  restarts: number = 0;

  private readonly world: World;
  private readonly pod: Pod;
  private readonly backOff: BackOff;
  /** News from the API server. */
  private watch: Sampler | null = null;
  private readonly news: Timer;
  private newsNumber = 0;
  /** The container's way to serving, or the wait until its next start. */
  private readonly life: Timer;
  /** preStop, SIGTERM, SIGKILL. */
  private readonly end: Timer;
  /** A process of a bad revision dies. */
  private readonly doom: Timer;
  /** Null where nothing is probed. */
  private readonly probes: ContainerProbes | null;
  private startUps: Sampler | null = null;
  private crashes: Sampler | null = null;
  private containerStartedAt = 0;
  private hasStarted: boolean;
  /** Its kubelet knows of the pod's deletion. */
  private mustGo = false;
  /** Its object is gone. */
  private isForced = false;
  /** The grace period that the deletion comes with, ns. */
  private grace = 0;

  constructor(world: World, pod: Pod) {
    const { queue, plan } = world;
    this.world = world;
    this.pod = pod;
    this.backOff = new BackOff(plan.controlPlane.backOff);
    this.news = new Timer(queue);
    this.life = new Timer(queue);
    this.end = new Timer(queue);
    this.doom = new Timer(queue);
    this.hasStarted = pod.state !== 'Pending';
    this.probes = probesAnything(pod.plan.probes)
      ? new ContainerProbes(world, pod, (grace) => this.killContainer(grace))
      : null;
  }

  /** The pod has run for long when the run starts. */
  keepRunning(): void {
    this.probes?.beginInMidst();
    if (this.pod.terminating) this.probes?.podTerminates();
  }

  /** The pod is bound to the node. */
  start(): void {
    this.hear(() => this.admit());
  }

  /** The API server has accepted the pod's deletion. */
  delete(force: boolean): void {
    const { pod, world } = this;
    const { terminationGracePeriod } = pod.plan;
    // A grace period of 0 leaves nothing to wait for.
    this.isForced ||= force || terminationGracePeriod === 0;
    if (pod.terminating && !this.isForced) return;
    if (!pod.terminating) {
      pod.markTerminating();
      world.controlPlane.podDeleted(pod);
    }
    if (this.isForced) world.controlPlane.podRemoved(pod);
    this.grace = this.isForced ? FORCED_GRACE_NS : terminationGracePeriod;
    this.hear(() => this.hearOfDeletion());
  }

  /** The process dies. `lasts`: ns until the next one serves; null: as the kubelet has it. */
  crash(lasts: number | null): void {
    const { pod } = this;
    if (!pod.hasProcess) return;
    pod.die();
    this.containerEnded(lasts);
  }

  /** The process has ended by itself. */
  processExits(): void {
    this.pod.die();
    this.containerEnded(null);
  }

  /** The node is dead, and its kubelet: nobody does anything. */
  nodeLost(): void {
    this.news.stop();
    this.newsNumber++;
    this.probes?.stop();
    this.stopContainer();
    this.pod.die();
  }

  /** The kubelet is there again: it lists its pods, and finds that none of their containers runs. */
  nodeReturned(): void {
    this.backOff.forget();
    this.world.controlPlane.podChanged(this.pod);
    this.hear(() => {
      if (this.pod.terminating) {
        this.hearOfDeletion();
      } else {
        this.world.controlPlane.podStarted(this.pod);
        this.probes?.beginSpread();
        this.pullAndStart();
      }
    });
  }

  /** Does `act` once the news has come from the API server; it replaces older news. Who is dead hears nothing. */
  private hear(act: () => void): void {
    const { controlPlane, nodes, plan } = this.world;
    this.watch ??= createSampler(plan.controlPlane.watch, this.stream('kubelet-watch'));
    const { node } = this.pod;
    const number = ++this.newsNumber;
    this.news.after(Math.round(this.watch.next() * controlPlane.slowdown), () => {
      if (nodes.controlPlaneReaches(node)) {
        act();
      } else {
        nodes.whenReached(node, () => {
          if (number === this.newsNumber) this.hear(act);
        });
      }
    });
  }

  /** The kubelet knows the pod, which gets its address. */
  private admit(): void {
    this.world.controlPlane.podStarted(this.pod);
    this.probes?.begin();
    this.pullAndStart();
  }

  private pullAndStart(): void {
    this.life.after(this.world.images.waitFor(this.pod), () => this.startContainer());
  }

  private startContainer(): void {
    this.runContainer((this.startUps ??= this.samplerOf('startUp')).next());
  }

  /** A container starts whose process serves after `startUp` ns. */
  private runContainer(startUp: number): void {
    const { pod, world } = this;
    if (this.hasStarted) this.restarts++;
    else startFaults(world, pod);
    this.hasStarted = true;
    this.containerStartedAt = world.queue.now;
    pod.containerStarts();
    if (startUp === 0) pod.run();
    else this.life.after(startUp, () => pod.run());
    this.probes?.containerStarted(world.queue.now);
    const { revision } = pod;
    if (revision !== null && revision.crashesAfter !== null) {
      this.crashes ??= createSampler(revision.crashesAfter, this.stream('crashes-after'));
      this.doom.after(this.crashes.next(), () => this.crash(null));
    }
  }

  /** The container has ended: the pod with it if it is to go, or there will be another one. */
  private containerEnded(lasts: number | null): void {
    this.stopContainer();
    const { pod, world } = this;
    if (this.mustGo) {
      this.probes?.stop();
      pod.vanish();
    } else if (lasts !== null) {
      this.life.after(lasts, () => this.runContainer(0));
    } else {
      const ranFor = world.queue.now - this.containerStartedAt;
      this.life.after(this.backOff.afterEnd(ranFor), () => this.startContainer());
    }
  }

  private stopContainer(): void {
    this.life.stop();
    this.end.stop();
    this.doom.stop();
  }

  private hearOfDeletion(): void {
    this.mustGo = true;
    this.probes?.podTerminates();
    // It may be on its way out already.
    if (!this.end.isPending || this.isForced) this.endContainer(this.grace);
  }

  /** A probe says that the container must be started again. */
  private killContainer(grace: number): void {
    if (!this.end.isPending) this.endContainer(grace);
  }

  /** preStop, SIGTERM, SIGKILL. */
  private endContainer(grace: number): void {
    const { pod } = this;
    if (!pod.hasProcess) {
      if (this.mustGo) this.containerEnded(null);
      return;
    }
    const { sigterm, sigkill } = endingOf(pod.plan, grace);
    this.end.after(sigterm, () => this.terminate(pod.plan.onTerminate ?? FINISH, sigkill));
  }

  /** SIGTERM; SIGKILL `sigkill` ns later. */
  private terminate(reaction: PlannedTermination, sigkill: number): void {
    const { pod } = this;
    if (reaction.process === 'Exit' || pod.state === 'Starting') {
      this.processExits();
      return;
    }
    this.end.after(Math.min(reaction.lasts ?? sigkill, sigkill), () => this.processExits());
    pod.drain(reaction);
  }

  private samplerOf(concern: 'startUp'): Sampler {
    const { pod } = this;
    const distribution = pod.revision?.[concern] ?? pod.plan[concern];
    return createSampler(distribution, this.stream('start-up'));
  }

  private stream(concern: string): ReturnType<World['stream']> {
    const { plan, name } = this.pod;
    return this.world.stream(`pod/${plan.namespace}/${name}/${concern}`);
  }
}

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
  /** The container's way to serving, or the wait until its next start. */
  private readonly life: Timer;
  /** preStop, SIGTERM, SIGKILL. */
  private readonly end: Timer;
  /** A process of a bad revision dies. */
  private readonly doom: Timer;
  private startUps: Sampler | null = null;
  private crashes: Sampler | null = null;
  private containerStartedAt = 0;
  private hasStarted: boolean;
  /** Its kubelet knows of the pod's deletion. */
  private mustGo = false;
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
    const isForced = force || terminationGracePeriod === 0;
    if (pod.terminating && !isForced) return;
    if (!pod.terminating) {
      pod.markTerminating();
      world.controlPlane.podDeleted(pod);
    }
    if (isForced) world.controlPlane.podRemoved(pod);
    this.grace = isForced ? FORCED_GRACE_NS : terminationGracePeriod;
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
    this.stopContainer();
    this.pod.die();
  }

  /** The kubelet is there again: it lists its pods, and finds that none of their containers runs. */
  nodeReturned(): void {
    this.backOff.forget();
    this.world.controlPlane.podChanged(this.pod);
    this.hear(() => {
      if (this.pod.terminating) this.hearOfDeletion();
      else this.admit();
    });
  }

  /** Does `act` once the news has come from the API server; it replaces older news. Who is dead hears nothing. */
  private hear(act: () => void): void {
    const { controlPlane, nodes, plan } = this.world;
    this.watch ??= createSampler(plan.controlPlane.watch, this.stream('kubelet-watch'));
    this.news.after(Math.round(this.watch.next() * controlPlane.slowdown), () => {
      if (this.pod.isSilent) return;
      if (nodes.controlPlaneReaches(this.pod.node)) act();
      else nodes.whenReached(this.pod.node, () => this.hear(act));
    });
  }

  /** The kubelet knows the pod, which gets its address. */
  private admit(): void {
    const { pod, world } = this;
    world.controlPlane.podStarted(pod);
    this.life.after(world.images.waitFor(pod), () => this.startContainer());
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
    const { revision } = pod;
    if (revision !== null && revision.crashesAfter !== null) {
      this.crashes ??= createSampler(revision.crashesAfter, this.stream('crashes-after'));
      this.doom.after(this.crashes.next(), () => this.crash(null));
    }
    if (startUp === 0) pod.run();
    else this.life.after(startUp, () => pod.run());
  }

  /** The container has ended: the pod with it if it is to go, or there will be another one. */
  private containerEnded(lasts: number | null): void {
    this.stopContainer();
    const { pod, world } = this;
    if (this.mustGo) {
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
    this.endContainer(this.grace);
  }

  /** preStop, SIGTERM, SIGKILL. */
  private endContainer(grace: number): void {
    const { pod } = this;
    if (!pod.hasProcess) {
      this.containerEnded(null);
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

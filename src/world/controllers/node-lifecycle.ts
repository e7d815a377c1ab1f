/**
 * The node lifecycle controller: a node whose heartbeats stay away is NotReady, its pods with it, and later they are
 * evicted.
 *
 * A kubelet renews its node's Lease every 10 s. Every 5 s the controller notes which Leases are new, and takes a node for
 * NotReady where it has noted nothing new for more than the grace period of 40 s: 35 to 50 s after the node's death. It
 * sets the Ready condition of the node's pods to false, so that their endpoints leave, and taints the node, so that no pod
 * is placed there; pods that do not tolerate that for longer are deleted 300 s later. A node of which it hears again is
 * Ready after the next look.
 *
 * Nodes that are well have no events: the phase of a node's heartbeats is drawn when it matters.
 *
 * Sources: k8s pkg/controller/nodelifecycle/node_lifecycle_controller.go (monitorNodeHealth, tryUpdateNodeHealth),
 * pkg/controller/tainteviction, plugin/pkg/admission/defaulttolerationseconds, pkg/kubelet/nodelease.
 *
 * Left out: the slower rate of evictions, or none, where most nodes of a zone are NotReady (processPod, zoneStates), and
 * the rate limit of 0.1 nodes/s that goes with it: taint eviction deletes each pod when its time is over; jitter of
 * heartbeats.
 */
import { PHASE_CONTROL } from '../../engine/event-queue.ts';
import { Moment } from '../../engine/moment.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { World } from '../world.ts';

/** A node that the control plane does not hear of, or has not until just now. */
interface Watched {
  /** The next thing that the controller does about it. */
  next: Moment;
  isReady: boolean;
  isHeard: boolean;
  /** Of the age that its last heartbeat has when it dies. */
  readonly ages: RandomStream;
}

export class NodeLifecycle {
  private readonly world: World;
  private readonly watched = new Map<number, Watched>();
  /** When the controller looked first, ns; drawn when it is first asked. */
  private phase: number | null = null;

  constructor(world: World) {
    this.world = world;
  }

  /** Whether the API server has a node as Ready. */
  isReady(node: number): boolean {
    return this.watched.get(node)?.isReady ?? true;
  }

  /** Whether the control plane hears of a node may have changed. */
  linkChanged(node: number): void {
    const isHeard = this.world.nodes.controlPlaneReaches(node);
    let watched = this.watched.get(node);
    if (watched === undefined) {
      if (isHeard) return;
      const { plan, queue } = this.world;
      const ages = this.world.stream(`node/${plan.nodes[node].name}/heartbeat`);
      watched = { next: new Moment(queue, () => undefined), isReady: true, isHeard: true, ages };
      this.watched.set(node, watched);
    }
    if (watched.isHeard === isHeard) return;
    watched.isHeard = isHeard;
    if (isHeard) this.hearsAgain(node, watched);
    else if (watched.isReady) this.hearsNoMore(node, watched);
  }

  /** Heartbeats stay away from now on. */
  private hearsNoMore(node: number, watched: Watched): void {
    const age = watched.ages.next() * this.settings.heartbeat;
    this.awaitHeartbeat(node, watched, this.lookAfter(this.world.queue.now - age));
  }

  /** The last heartbeat that the controller has noted, or will, is noted at `noted` (ns). */
  private awaitHeartbeat(node: number, watched: Watched, noted: number): void {
    const { monitorPeriod, monitorGracePeriod } = this.settings;
    const late = this.lookAfter(noted + monitorGracePeriod);
    // The Lease must be older than the grace period, not as old.
    const at = late > noted + monitorGracePeriod ? late : late + monitorPeriod;
    this.plan(watched, at, () => this.notReady(node, watched));
  }

  private notReady(node: number, watched: Watched): void {
    const { world } = this;
    watched.isReady = false;
    world.scheduler.setReady(node, false);
    for (const pod of world.pods) {
      if (pod.node === node && !world.controlPlane.statusOf(pod).gone) {
        world.controlPlane.markUnready(pod);
      }
    }
    const { toleration } = this.settings;
    if (toleration === null) return;
    this.plan(watched, world.queue.now + toleration, () => this.evict(node));
  }

  private evict(node: number): void {
    const { world } = this;
    const there = world.pods.filter((pod) => pod.node === node && !pod.terminating && !pod.isGone);
    for (const pod of there) world.evictions.evict(pod);
  }

  /** The node sends heartbeats again: what was about to happen does not, and it is Ready after the next look. */
  private hearsAgain(node: number, watched: Watched): void {
    const { controlPlane, pods, queue, scheduler } = this.world;
    queue.cancel(watched.next);
    if (watched.isReady) return;
    // Its kubelet finds that the API server has its pods otherwise than it does.
    for (const pod of pods) if (pod.node === node) controlPlane.podChanged(pod);
    this.plan(watched, this.lookAfter(queue.now), () => {
      watched.isReady = true;
      scheduler.setReady(node, true);
      // One heartbeat is enough for that, though the node may be gone again.
      if (!watched.isHeard) this.awaitHeartbeat(node, watched, queue.now);
    });
  }

  /** The controller's first look at an instant (ns) or after it. */
  private lookAfter(instant: number): number {
    const { monitorPeriod } = this.settings;
    if (monitorPeriod === 0) return instant;
    this.phase ??= Math.round(this.world.stream('node-lifecycle/phase').next() * monitorPeriod);
    const { phase } = this;
    return phase + Math.ceil((instant - phase) / monitorPeriod) * monitorPeriod;
  }

  private plan(watched: Watched, at: number, act: () => void): void {
    const { queue } = this.world;
    queue.cancel(watched.next);
    watched.next = new Moment(queue, act);
    queue.schedule(watched.next, Math.max(queue.now, Math.round(at)), PHASE_CONTROL);
  }

  private get settings(): World['plan']['controlPlane']['nodeLifecycle'] {
    return this.world.plan.controlPlane.nodeLifecycle;
  }
}

/**
 * A workload of the plan: its pods, and the door to the controller that makes them. Users and autoscalers come in from
 * one side, what the API server has of the pods from the other.
 */
import type { PlannedRevision, PlannedWorkload } from '../../contract/plan.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { Pod } from '../cluster/pod.ts';
import { startFaults } from '../faults/pod-faults.ts';
import type { World } from '../world.ts';
import { BarePods } from './bare-pods.ts';
import type { Controller, PodMaker } from './controller.ts';
import { Deployment } from './deployment.ts';
import { OngoingRollout } from './ongoing-rollout.ts';
import { Replica, type ReplicaFacts, type Template } from './replica.ts';
import { StatefulSet } from './stateful-set.ts';
import { Wakeup } from './wakeup.ts';

export class Workload implements PodMaker {
  readonly plan: PlannedWorkload;
  readonly index: number;
  /** All it ever had that came to a node. */
  readonly pods: Pod[] = [];
  private readonly world: World;
  private readonly controller: Controller;
  /** Those whose objects are there. */
  private readonly replicaOf = new Map<Pod, Replica>();
  private template: Template = { revision: 0, change: null };
  private made = 0;
  private uids: RandomStream | null = null;

  constructor(world: World, plan: PlannedWorkload, index: number) {
    this.world = world;
    this.plan = plan;
    this.index = index;
    const replicas = plan.pods.map((_, ordinal) => this.startWith(ordinal));
    this.controller = this.createController(replicas.filter(({ isDeleted }) => !isDeleted));
  }

  /** Replicas that are wanted. */
  get replicas(): number {
    return this.controller.replicas;
  }

  /** Pods that are ready and do not terminate, as the API server has them. */
  get readyPods(): number {
    let ready = 0;
    for (const { isReady, isDeleted } of this.replicaOf.values()) {
      if (isReady && !isDeleted) ready++;
    }
    return ready;
  }

  /** Sets the number of replicas, as a user or an autoscaler does. */
  scale(replicas: number): void {
    this.controller.scale(replicas);
  }

  /**
   * A new revision of the pod template is written. `done`: the rollout is complete and the last old pod is gone, or
   * its progress deadline has passed, or another one has taken its place. `window`: the one that its action opens.
   */
  rollout(change: PlannedRevision | null, done: () => void, window: number | null = null): void {
    this.template = { revision: this.template.revision + 1, change };
    const { rollouts } = this.world;
    const record = rollouts.begin(this.index, window);
    const ends = (): void => {
      rollouts.end(record);
      done();
    };
    this.controller.rollout(this.template, new OngoingRollout(record, ends));
  }

  /** A user deletes a pod. */
  delete(podName: string): void {
    for (const pod of this.podsNamed(podName)) pod.delete();
  }

  /** Makes the pods not Ready, or Ready again, whatever their processes do. `name` null: all of them. */
  setReady(name: string | null, ready: boolean): void {
    for (const pod of this.podsNamed(name)) pod.holdUnready(!ready);
  }

  /** Its pods of this name whose objects are there; null: all of them. */
  podsNamed(name: string | null): readonly Pod[] {
    const found: Pod[] = [];
    for (const [pod, { facts }] of this.replicaOf) {
      if (name === null || facts.name === name || pod.name === name) found.push(pod);
    }
    return found;
  }

  /** What the API server has of one of its pods has changed: see ControlPlane.statusOf. */
  podStatusChanged(pod: Pod): void {
    const replica = this.replicaOf.get(pod);
    if (replica === undefined) return;
    const { ready, readySince, known, terminating, gone } = this.world.controlPlane.statusOf(pod);
    replica.isRunning = known;
    if ((terminating || gone) && !replica.isDeleted) this.noteDeleted(replica);
    if (replica.isReady !== ready) {
      replica.isReady = ready;
      replica.readySince = readySince;
      if (!replica.isDeleted) this.controller.readinessChanged(replica, ready);
    }
    if (gone) this.podRemoved(pod);
  }

  /** The object of one of its pods is no more. */
  podRemoved(pod: Pod): void {
    const replica = this.replicaOf.get(pod);
    if (replica === undefined) return;
    this.replicaOf.delete(pod);
    if (!replica.isDeleted) this.noteDeleted(replica);
    this.world.scheduler.podRemoved(pod);
    this.controller.removed(replica);
    this.world.evictions.podRemoved(pod);
  }

  createPod(ordinal: number, template: Template): Replica {
    const { name, namespace } = this.plan;
    this.uids ??= this.world.stream(`workload/${namespace}/${name}/uid`);
    const { now } = this.world.queue;
    const replica = this.addReplica({ ordinal, template, createdAt: now, uid: this.uids.next() });
    this.world.scheduler.schedule(replica);
    return replica;
  }

  deletePod(replica: Replica): void {
    if (replica.isDeleted) return;
    if (replica.pod !== null) {
      replica.pod.delete();
      return;
    }
    // No kubelet stands before the end of a pod that has no node.
    this.noteDeleted(replica);
    this.controller.removed(replica);
  }

  /** A pod that is there when the run starts. */
  private startWith(ordinal: number): Replica {
    const { template, world } = this;
    const facts = this.plan.pods[ordinal];
    const replica = this.addReplica({ ordinal, template, createdAt: -Infinity, uid: 0 });
    replica.isRunning = true;
    replica.isReady = facts.ready;
    replica.isDeleted = facts.terminating;
    const pod = world.addPod(this, facts, facts.ready);
    replica.pod = pod;
    this.replicaOf.set(pod, replica);
    pod.serveFromStart(facts.ready);
    startFaults(world, pod);
    return replica;
  }

  private addReplica(facts: Omit<ReplicaFacts, 'workload' | 'name' | 'number'>): Replica {
    const { ordinal } = facts;
    const name = this.plan.pods[ordinal]?.name ?? `${this.plan.podNamePrefix}${ordinal}`;
    const own = { workload: this.index, name, number: this.made++, ...facts };
    return new Replica(own, (replica, node) => this.bound(replica, node));
  }

  /** A pod has got a node. */
  private bound(replica: Replica, node: number): void {
    const { world } = this;
    const { name, template } = replica.facts;
    const facts = { name: world.podNameFor(name), ip: world.freshIp(), node };
    const pod = world.addPod(this, { ...facts, revision: template.change }, null);
    replica.pod = pod;
    this.replicaOf.set(pod, replica);
    pod.start();
  }

  private noteDeleted(replica: Replica): void {
    replica.isDeleted = true;
    if (replica.pod !== null) this.world.scheduler.podTerminating(replica.pod);
    this.controller.deleted(replica);
  }

  private createController(pods: readonly Replica[]): Controller {
    const { world, template } = this;
    const { controller: plan } = this.plan;
    if (plan.kind === 'None') return new BarePods(pods.length);
    const wakeup = new Wakeup(world, this.plan, () => this.controller.sync());
    const parts = { world, maker: this, wakeup, template, pods };
    return plan.kind === 'Deployment' ? new Deployment(plan, parts) : new StatefulSet(plan, parts);
  }
}

/**
 * A Deployment with its ReplicaSets: replicas, rolling updates, Recreate.
 *
 * Sources: k8s pkg/controller/deployment/{deployment_controller,rolling,recreate,sync,progress}.go,
 * pkg/controller/replicaset/replica_set.go. As there, it acts on what the API server has, sometime after that has
 * changed, takes one step at a time, and does not count pods that terminate: pods may be more than replicas and
 * surge while old ones end.
 *
 * Left out: the hop between the Deployment and its ReplicaSets, which act as one here; pauses between the batches of
 * 1, 2, 4, 8 … creations, which follow each other at once while none fails; rollback (a rollout is always of a new
 * revision); a Deployment that is paused and resumed.
 */
import type { PlannedController } from '../../contract/plan.ts';
import { PHASE_CONTROL } from '../../engine/event-queue.ts';
import { Moment } from '../../engine/moment.ts';
import {
  nextNewSize,
  nextOldSizes,
  proportionalSizes,
  resolveLimits,
  type RollingLimits,
} from '../../kube/rollout.ts';
import type { World } from '../world.ts';
import type { Controller, ControllerParts, PodMaker } from './controller.ts';
import { firstToGo } from './first-to-go.ts';
import type { OngoingRollout } from './ongoing-rollout.ts';
import { Progress } from './progress.ts';
import { ReplicaSet } from './replica-set.ts';
import type { Replica, Template } from './replica.ts';
import type { Wakeup } from './wakeup.ts';

/** Pods that a ReplicaSet creates or deletes at a time. Source: k8s pkg/controller/replicaset, BurstReplicas. */
const BURST = 500;

type PlannedDeployment = Extract<PlannedController, { kind: 'Deployment' }>;

export class Deployment implements Controller {
  replicas: number;
  private readonly world: World;
  private readonly plan: PlannedDeployment;
  private readonly maker: PodMaker;
  private readonly wakeup: Wakeup;
  private template: Template;
  /** Oldest first. The one of the template is the last of them, if it has been made. */
  private sets: ReplicaSet[];
  private ongoing: OngoingRollout | null = null;
  private progress: Progress | null = null;
  private readonly deadline: Moment;
  private nextOrdinal: number;

  constructor(plan: PlannedDeployment, { world, maker, wakeup, template, pods }: ControllerParts) {
    this.world = world;
    this.plan = plan;
    this.maker = maker;
    this.wakeup = wakeup;
    this.template = template;
    this.replicas = pods.length;
    this.nextOrdinal = pods.length;
    this.deadline = new Moment(world.queue, () => this.checkDeadline());
    const set = new ReplicaSet(template, this.replicas, this.replicas + this.limits.surge);
    set.size = this.replicas;
    for (const pod of pods) set.add(pod);
    this.sets = [set];
  }

  scale(replicas: number): void {
    this.replicas = replicas;
    this.wakeup.request();
  }

  rollout(template: Template, rollout: OngoingRollout): void {
    this.ongoing?.end();
    this.template = template;
    this.ongoing = rollout;
    const { now } = this.world.queue;
    this.progress = new Progress(now);
    if (!this.plan.paused) this.awaitDeadline(now);
    this.wakeup.request();
  }

  readinessChanged(replica: Replica, ready: boolean): void {
    this.setOf(replica).ready += ready ? 1 : -1;
    if (this.isRolling) this.wakeup.request();
  }

  deleted(replica: Replica): void {
    const set = this.setOf(replica);
    set.living.delete(replica);
    if (replica.isReady) set.ready--;
    this.wakeup.request();
  }

  removed(replica: Replica): void {
    this.setOf(replica).objects--;
    if (this.isRolling) this.wakeup.request();
  }

  /** Acts on how things stand in the API server. */
  sync(): void {
    const scaled = this.isScaled();
    const acted = (this.plan.paused || scaled ? this.scaleSets() : this.roll()) || scaled;
    const unfinished = this.sets.filter((set) => this.manage(set));
    this.sets = this.sets.filter(
      (set) => set.objects > 0 || set.size > 0 || set.template === this.template,
    );
    this.follow();
    if (acted || unfinished.length > 0) this.wakeup.request();
    else if (this.isRolling) this.wakeWhenAvailable();
  }

  private get isRolling(): boolean {
    return this.ongoing !== null || this.sets.length > 1;
  }

  private get limits(): RollingLimits {
    const { strategy } = this.plan;
    if (strategy.type === 'Recreate') return { surge: 0, unavailable: this.replicas };
    return resolveLimits(strategy.maxSurge, strategy.maxUnavailable, this.replicas);
  }

  /** The ReplicaSet of the template; null: it has not been made. */
  private get current(): ReplicaSet | null {
    const last = this.sets.at(-1);
    return last?.template === this.template ? last : null;
  }

  private get old(): readonly ReplicaSet[] {
    return this.sets.filter((set) => set.template !== this.template);
  }

  private setOf({ facts }: Replica): ReplicaSet {
    return this.sets.find((set) => set.template === facts.template)!;
  }

  private availableOf(set: ReplicaSet): number {
    return set.availableAt(this.world.queue.now, this.plan.minReady);
  }

  /** Whether spec.replicas has been set since its ReplicaSets were last scaled. */
  private isScaled(): boolean {
    return this.sets.some((set) => set.size > 0 && set.desired !== this.replicas);
  }

  /** The one ReplicaSet that is there takes all replicas; of several, each takes its share. True: something changed. */
  private scaleSets(): boolean {
    const active = this.sets.filter((set) => set.size > 0);
    const { current } = this;
    if (active.length <= 1) {
      return this.resize(active[0] ?? this.sets.at(-1)!, this.replicas);
    }
    if (current !== null && this.isSaturated(current)) return this.emptyOld();
    if (this.plan.strategy.type === 'Recreate') return this.emptyOld();
    const sizes = proportionalSizes(
      this.replicas,
      this.limits,
      active.map(({ size, maxReplicas }) => ({ replicas: size, maxReplicas })),
    );
    return this.resizeAll(active, sizes);
  }

  private isSaturated(set: ReplicaSet): boolean {
    const { replicas } = this;
    return set.size === replicas && set.desired === replicas && this.availableOf(set) === replicas;
  }

  /** One step of the rollout, if there is one to take. */
  private roll(): boolean {
    const { current } = this;
    if (this.plan.strategy.type === 'Recreate') return this.recreate();
    const total = this.sets.reduce((sum, { size }) => sum + size, 0);
    const size = nextNewSize(this.replicas, this.limits, current?.size ?? 0, total);
    if (current !== null && current.size !== size) return this.resize(current, size);
    const made = current ?? this.makeCurrent(size);
    const { old } = this;
    const sizes = nextOldSizes(
      this.replicas,
      this.limits,
      { replicas: made.size, available: this.availableOf(made) },
      old.map((set) => ({ replicas: set.size, available: this.availableOf(set) })),
    );
    return this.resizeAll(old, sizes) || current === null;
  }

  private recreate(): boolean {
    if (this.emptyOld()) return true;
    if (this.old.some(({ objects }) => objects > 0)) return false;
    return this.resize(this.current ?? this.makeCurrent(0), this.replicas);
  }

  private makeCurrent(size: number): ReplicaSet {
    const set = new ReplicaSet(this.template, this.replicas, 0);
    this.sets.push(set);
    this.resize(set, size);
    return set;
  }

  private emptyOld(): boolean {
    const { old } = this;
    return this.resizeAll(
      old,
      old.map(() => 0),
    );
  }

  private resizeAll(sets: readonly ReplicaSet[], sizes: readonly number[]): boolean {
    return sets.map((set, i) => this.resize(set, sizes[i])).includes(true);
  }

  private resize(set: ReplicaSet, size: number): boolean {
    const changed = set.size !== size;
    set.size = size;
    set.desired = this.replicas;
    set.maxReplicas = this.replicas + this.limits.surge;
    return changed;
  }

  /** Creates or deletes pods of a ReplicaSet. True: there is more to do. */
  private manage(set: ReplicaSet): boolean {
    const missing = set.size - set.living.size;
    for (let i = 0; i < Math.min(missing, BURST); i++) {
      set.add(this.maker.createPod(this.nextOrdinal++, set.template));
    }
    if (missing < 0) {
      const count = Math.min(-missing, BURST);
      const related = this.sets.flatMap(({ living }) => [...living]);
      const { now } = this.world.queue;
      for (const replica of firstToGo(set.living, related, count, now))
        this.maker.deletePod(replica);
    }
    return Math.abs(missing) > BURST;
  }

  /** Notes how far the rollout has come, and whether it is over. */
  private follow(): void {
    const { current, ongoing, progress } = this;
    if (ongoing === null || progress === null || current === null) return;
    const { now } = this.world.queue;
    const { old, replicas } = this;
    progress.note(now, {
      updated: current.living.size,
      outdated: old.reduce((sum, { living }) => sum + living.size, 0),
      ready: this.sets.reduce((sum, { ready }) => sum + ready, 0),
      available: this.sets.reduce((sum, set) => sum + this.availableOf(set), 0),
    });
    const isUpdated = current.size === replicas && this.availableOf(current) === replicas;
    if (!isUpdated || old.some(({ living }) => living.size > 0)) return;
    this.world.queue.cancel(this.deadline);
    if (old.some(({ objects }) => objects > 0)) return;
    this.ongoing = null;
    ongoing.complete(now);
  }

  private awaitDeadline(since: number): void {
    const { queue } = this.world;
    queue.cancel(this.deadline);
    queue.schedule(this.deadline, since + this.plan.progressDeadline, PHASE_CONTROL);
  }

  private checkDeadline(): void {
    const { ongoing, progress } = this;
    if (ongoing === null || progress === null) return;
    const { now } = this.world.queue;
    if (now - progress.lastAt < this.plan.progressDeadline) this.awaitDeadline(progress.lastAt);
    else ongoing.exceedDeadline();
  }

  /** Pods that are ready become available without anybody saying so. */
  private wakeWhenAvailable(): void {
    const { minReady } = this.plan;
    if (minReady === 0) return;
    const { now } = this.world.queue;
    const next = this.sets.map((set) => set.nextAvailable(now, minReady));
    this.wakeup.wakeAt(Math.min(...next));
  }
}

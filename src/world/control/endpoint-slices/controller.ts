/**
 * The EndpointSlice controller of kube-controller-manager (pkg/controller/endpointslice/endpointslice_controller.go): a
 * few workers take up Services whose pods have changed, look at the pods, and write those slices that are no longer right,
 * as fast as the API client's limit lets them.
 *
 * A node hears of a Service's change when the last of its slices is written.
 *
 * Left out: the look at a Service that follows a write of its own slices, and changes nothing; that nodes could act on
 * some of the slices before the others are written; the endpoint that a new pod has before it is ready, unless
 * it is published; slices and Services that users write.
 */
import type { PlannedEndpointSlices } from '../../../contract/plan.ts';
import { createSampler, type Sampler } from '../../../engine/distributions/sampler.ts';
import { doAt } from '../../../engine/moment.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { EndpointSet, Hints } from '../../../kube/endpoint.ts';
import { SlicePacking } from '../../../kube/slice-packing.ts';
import { zoneCapacity, type ZoneCapacity } from '../../../kube/topology-hints.ts';
import type { Pod } from '../../cluster/pod.ts';
import type { World } from '../../world.ts';
import { sameHints, ServiceEndpoints } from './service-endpoints.ts';
import { TokenBucket } from './token-bucket.ts';
import { WorkItem, WorkQueue } from './work-queue.ts';

/** What the slices of a Service say that have been written. */
export interface SlicesWritten {
  readonly service: number;
  /** 1 for the first change of the Service. */
  readonly version: number;
  /** One a ServicePort. */
  readonly sets: readonly EndpointSet[];
  /** When the earliest of the changes in them was caused, ns. */
  readonly causedAt: number;
}

export type Publish = (slices: SlicesWritten) => void;

export class EndpointSliceController {
  readonly work: WorkQueue;
  readonly settings: PlannedEndpointSlices;
  readonly publish: Publish;
  /** Null: writes are not limited. */
  readonly writeLimit: TokenBucket | null;
  // Since the start of the run.
  syncs: number = 0;
  writes: number = 0;

  private readonly world: World;
  private readonly capacity: ZoneCapacity;
  /** Services of which a pod has changed; others are as they were at the start. */
  private readonly services: (ServiceSlices | undefined)[] = [];
  /** Endpoint sets of others that somebody has asked for. */
  private readonly initial: (readonly EndpointSet[] | undefined)[] = [];

  constructor(world: World, publish: Publish) {
    this.world = world;
    this.publish = publish;
    this.settings = world.plan.controlPlane.endpointSlices;
    const { workers, writeLimit } = this.settings;
    this.work = new WorkQueue(world, workers);
    this.writeLimit = writeLimit === null ? null : new TokenBucket(writeLimit);
    this.capacity = zoneCapacity(world.plan.nodes);
  }

  /** The endpoint sets of a Service as of the start, one a ServicePort. */
  initialOf(service: number): readonly EndpointSet[] {
    let sets = this.initial[service];
    if (sets === undefined) {
      const endpoints = new ServiceEndpoints(this.world, service, this.capacity);
      endpoints.renew();
      sets = endpoints.sets(0);
      this.initial[service] = sets;
    }
    return sets;
  }

  /** A new pod has been made. */
  podMade(pod: Pod): void {
    for (const { service } of pod.plan.memberships) this.services[service]?.endpoints.add(pod);
  }

  /** What the API server has of a pod is about to change: notes how things stand where that has not been necessary so far. */
  podChanges(pod: Pod): void {
    for (const { service } of pod.plan.memberships) {
      if (this.services[service] !== undefined) continue;
      this.initialOf(service);
      const endpoints = new ServiceEndpoints(this.world, service, this.capacity);
      this.services[service] = new ServiceSlices(this, this.world, service, endpoints);
    }
  }

  /** It has changed, for a reason of `causedAt` (ns). */
  podChanged(pod: Pod, causedAt: number): void {
    for (const { service } of pod.plan.memberships) this.services[service]!.podChanged(causedAt);
  }
}

/** The slices of one Service, and the controller's work on them. */
class ServiceSlices extends WorkItem {
  readonly endpoints: ServiceEndpoints;
  private readonly controller: EndpointSliceController;
  private readonly world: World;
  private readonly service: number;
  private readonly packing: SlicePacking<Hints | null>;
  private readonly syncTime: Sampler;
  private readonly luck: RandomStream | null;
  private version = 0;
  /** When the earliest change was caused that no sync has taken up, ns; and that the one under way has. */
  private since = Infinity;
  private causedAt = Infinity;
  /** What the sync under way has to write, and what will then be known. */
  private writesLeft = 0;
  private sets: readonly EndpointSet[] | null = null;

  constructor(
    controller: EndpointSliceController,
    world: World,
    service: number,
    endpoints: ServiceEndpoints,
  ) {
    super(controller.work);
    const { name, namespace } = world.plan.services[service];
    const stream = `service/${namespace}/${name}/endpoint-slice`;
    const { maxEndpointsPerSlice, syncFailure } = controller.settings;
    this.controller = controller;
    this.world = world;
    this.service = service;
    this.endpoints = endpoints;
    this.syncTime = createSampler(world.plan.controlPlane.endpointSlice, world.stream(stream));
    this.luck = syncFailure > 0 ? world.stream(`${stream}/failure`) : null;
    endpoints.renew();
    this.packing = new SlicePacking(maxEndpointsPerSlice, sameHints);
    this.packing.reconcile(endpoints.packed);
  }

  podChanged(causedAt: number): void {
    this.since = Math.min(this.since, causedAt);
    this.askIn(this.controller.settings.batchPeriod);
  }

  /** Looks at the pods as they are now; the rest takes its time. */
  protected override begin(): void {
    const { controller, endpoints, luck } = this;
    controller.syncs++;
    this.causedAt = this.since;
    this.since = Infinity;
    const fails = luck !== null && luck.next() < controller.settings.syncFailure;
    if (!fails) {
      endpoints.renew();
      const { created, updated, deleted } = this.packing.reconcile(endpoints.packed);
      this.writesLeft = created + updated + deleted;
      this.sets = this.writesLeft > 0 ? endpoints.sets(this.version + 1) : null;
    }
    const { controlPlane } = this.world;
    const span = Math.round(this.syncTime.next() * controlPlane.slowdown);
    this.after(span, () => (fails ? this.giveUp() : this.write()));
  }

  private giveUp(): void {
    this.since = Math.min(this.since, this.causedAt);
    this.failed();
  }

  /** Writes slice after slice, each when the API client's limit lets it. */
  private write(): void {
    const { controller } = this;
    const { now } = this.world.queue;
    while (this.writesLeft > 0) {
      this.writesLeft--;
      controller.writes++;
      const at = controller.writeLimit?.take(now) ?? now;
      if (at > now) {
        this.after(at - now, () => this.write());
        return;
      }
    }
    if (this.sets !== null) {
      const { causedAt, service, sets } = this;
      this.version++;
      controller.publish({ service, version: this.version, sets, causedAt });
      this.sets = null;
    }
    this.done();
  }

  private after(span: number, act: () => void): void {
    const { queue } = this.world;
    doAt(queue, queue.now + span, act);
  }
}

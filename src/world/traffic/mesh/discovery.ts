/**
 * The control plane of proxies that choose endpoints themselves: istiod and its like. It watches the EndpointSlices of
 * all Services. What changes it gathers until nothing has changed for a while, or for a longer while at most, and then
 * pushes all of it at once, to each proxy with a delay of its own (istio pilot/pkg/xds/discovery.go, debounce).
 *
 * Nothing happens by itself: a proxy asks when it is about to choose.
 *
 * Left out: pushes that wait for others to be sent (PILOT_PUSH_THROTTLE), replicas of the control plane, its restarts.
 */
import type { PlannedPropagation } from '../../../contract/traffic/mesh.ts';
import type { Endpoint, EndpointSet } from '../../../kube/endpoint.ts';
import { ChangeLog, type EndpointChange, type LogReader } from '../../control/change-log.ts';
import { Watch } from '../../control/watch.ts';
import type { World } from '../../world.ts';

export class Discovery implements LogReader {
  /** What has been pushed: a change of each Service that has changed, `writtenAt` when it was pushed. */
  readonly pushed: ChangeLog = new ChangeLog();
  readonly propagation: PlannedPropagation;
  private readonly world: World;
  private readonly ready = new WeakMap<EndpointSet, readonly Endpoint[]>();
  private readonly watch: Watch;
  /** What has changed since the last push, by Service. */
  private readonly gathered = new Map<number, EndpointChange>();
  /** What was last pushed of each Service that has changed. */
  private readonly state = new Map<number, EndpointChange>();
  /** When the first of it arrived, and when it is pushed if nothing else arrives before, ns; Infinity: there is none. */
  private openedAt = Infinity;
  private dueAt = Infinity;

  /** @param name of the random stream of its watch */
  constructor(world: World, propagation: PlannedPropagation, name: string) {
    const { changes } = world.controlPlane;
    this.world = world;
    this.propagation = propagation;
    this.watch = new Watch(world, changes, `${name}/watch`);
    changes.readers.add(this);
  }

  readOn(): void {
    this.watch.readOn();
  }

  /** Pushes what was to be pushed up to now. */
  keepUp(): void {
    const { watch } = this;
    const { now } = this.world.queue;
    watch.readOn();
    for (;;) {
      const arrival = watch.nextAt;
      if (arrival <= now && arrival < this.dueAt) this.gather(arrival);
      else if (this.dueAt <= now) this.push();
      else return;
    }
  }

  /** The endpoint sets of a Service for a proxy that begins now, one a ServicePort. */
  stateOf(service: number): readonly EndpointSet[] {
    this.keepUp();
    return this.state.get(service)?.sets ?? this.world.controlPlane.initialOf(service);
  }

  /** The endpoints of a set that proxies are told of: the same array for all of them. */
  readyOf(set: EndpointSet): readonly Endpoint[] {
    let ready = this.ready.get(set);
    if (ready === undefined) {
      ready = set.endpoints.filter((endpoint) => endpoint.ready);
      this.ready.set(set, ready);
    }
    return ready;
  }

  private gather(arrival: number): void {
    const { debounceAfter, debounceMax } = this.propagation;
    const change = this.watch.take();
    this.gathered.set(change.service, change);
    if (this.openedAt === Infinity) this.openedAt = arrival;
    this.dueAt = Math.min(arrival + debounceAfter, this.openedAt + debounceMax);
  }

  private push(): void {
    const writtenAt = this.dueAt;
    this.openedAt = Infinity;
    this.dueAt = Infinity;
    const changes = [...this.gathered.values()];
    this.gathered.clear();
    for (const change of changes) {
      const pushed = { ...change, writtenAt, slowdown: 1 };
      this.state.set(change.service, pushed);
      this.pushed.append(pushed);
    }
  }
}

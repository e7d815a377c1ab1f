/**
 * What CoreDNS has of headless Services: the addresses of their ready endpoints, one watch behind the
 * EndpointSlices (coredns plugin/kubernetes).
 *
 * Left out: that each CoreDNS pod has a watch of its own.
 */
import type { Endpoint, EndpointSet } from '../../kube/endpoint.ts';
import type { World } from '../world.ts';
import type { LogReader } from './change-log.ts';
import { Watch } from './watch.ts';

export class AddressRecords implements LogReader {
  private readonly world: World;
  /** By Service, where they have changed since the start. */
  private readonly changed = new Map<number, readonly EndpointSet[]>();
  /** Ready endpoints of sets that somebody has asked for. */
  private readonly ready = new WeakMap<EndpointSet, readonly Endpoint[]>();

  private readonly watch: Watch;

  constructor(world: World) {
    const { headlessChanges } = world.controlPlane;
    this.world = world;
    this.watch = new Watch(world, headlessChanges, 'coredns/watch');
    headlessChanges.readers.add(this);
  }

  readOn(): void {
    const { watch, world } = this;
    watch.readOn();
    while (watch.nextAt <= world.queue.now) {
      const { service, sets } = watch.take();
      this.changed.set(service, sets);
    }
  }

  /** The endpoints whose addresses a name resolves to now. The same array as long as it does not change. */
  of(service: number, port: number): readonly Endpoint[] {
    this.readOn();
    const set = (this.changed.get(service) ?? this.world.controlPlane.initialOf(service))[port];
    let ready = this.ready.get(set);
    if (ready === undefined) {
      ready = set.endpoints.filter((endpoint) => endpoint.ready);
      this.ready.set(set, ready);
    }
    return ready;
  }
}

/**
 * What CoreDNS has of headless Services: the addresses of their ready endpoints, one watch behind the
 * EndpointSlices (coredns plugin/kubernetes).
 *
 * Left out: that each CoreDNS pod has a watch of its own.
 */
import type { Endpoint, EndpointSet } from '../../kube/endpoint.ts';
import type { World } from '../world.ts';
import type { Watcher } from './control-plane.ts';
import type { EndpointChange } from './node-proxy.ts';

export class AddressRecords implements Watcher {
  readonly concern: string = 'coredns/watch';
  private readonly world: World;
  /** By Service, where they have changed since the start. */
  private readonly changed = new Map<number, readonly EndpointSet[]>();
  /** Ready endpoints of sets that somebody has asked for. */
  private readonly ready = new WeakMap<EndpointSet, readonly Endpoint[]>();

  constructor(world: World) {
    this.world = world;
  }

  receive({ service, sets }: EndpointChange): void {
    this.changed.set(service, sets);
  }

  /** The endpoints whose addresses a name resolves to now. The same array as long as it does not change. */
  of(service: number, port: number): readonly Endpoint[] {
    const set = (this.changed.get(service) ?? this.world.controlPlane.initialOf(service))[port];
    let ready = this.ready.get(set);
    if (ready === undefined) {
      ready = set.endpoints.filter((endpoint) => endpoint.ready);
      this.ready.set(set, ready);
    }
    return ready;
  }
}

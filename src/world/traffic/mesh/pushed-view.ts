/**
 * The endpoints of a ServicePort as one proxy knows them: those that were ready when its control plane last pushed
 * them, a delay ago. A proxy on a node that the control plane does not reach keeps what it has.
 *
 * Left out: traffic policies and topology hints; endpoints that terminate and still serve, where none is ready.
 */
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { EndpointView } from '../balancing/endpoint-view.ts';
import type { LogReader } from '../../control/change-log.ts';
import type { Subscriber } from '../../control/control-plane.ts';
import { Watch } from '../../control/watch.ts';
import type { World } from '../../world.ts';
import type { Discovery } from './discovery.ts';

export class PushedView implements EndpointView, LogReader, Subscriber {
  /** Nobody is without an address who has been told that there is none. */
  readonly isUnresolved: boolean = false;
  /** Changes of the Service that it has been told of, and when the last of them arrived, ns; null: before the run. */
  version: number = 0;
  since: number | null = null;
  private readonly world: World;
  private readonly discovery: Discovery;
  private readonly service: number;
  private readonly port: number;
  /** Where the proxy is; -1: outside the cluster. */
  private readonly node: number;
  private readonly watch: Watch;
  private endpoints: readonly Endpoint[];

  constructor(
    world: World,
    discovery: Discovery,
    proxy: {
      readonly service: number;
      readonly port: number;
      readonly node: number;
      /** Of the random stream of its pushes. */
      readonly name: string;
    },
  ) {
    this.world = world;
    this.discovery = discovery;
    this.service = proxy.service;
    this.port = proxy.port;
    this.node = proxy.node;
    discovery.keepUp();
    const { pushed, propagation } = discovery;
    this.watch = new Watch(world, pushed, `${proxy.name}/push`, propagation.push);
    pushed.readers.add(this);
    world.controlPlane.subscribe(this);
    this.endpoints = discovery.readyOf(discovery.stateOf(proxy.service)[proxy.port]);
  }

  current(): readonly Endpoint[] {
    this.keepUp();
    return this.endpoints;
  }

  readOn(): void {
    this.watch.readOn();
  }

  private keepUp(): void {
    const { discovery, node, watch, world } = this;
    discovery.keepUp();
    watch.readOn();
    if (watch.nextAt > world.queue.now) return;
    if (node >= 0 && !world.nodes.controlPlaneReaches(node)) return;
    while (watch.nextAt <= world.queue.now) {
      const at = watch.nextAt;
      const { service, sets, version } = watch.take();
      if (service !== this.service) continue;
      this.endpoints = discovery.readyOf(sets[this.port]);
      this.version = version;
      this.since = at;
    }
  }

  connectionChanges(): void {
    this.keepUp();
    this.watch.interrupted(this.world.queue.now);
  }

  listen(): void {
    // It finds out when it is asked.
  }

  nodeLost(): void {
    // A proxy that begins again is told all that there is.
  }

  /** Its proxy is no more. */
  end(): void {
    this.discovery.pushed.readers.delete(this);
    this.world.controlPlane.unsubscribe(this);
  }

  connectionLost(): void {
    // That a connection was lost says nothing of what there is: the control plane does.
  }
}

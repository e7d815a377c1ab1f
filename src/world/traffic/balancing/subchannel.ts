/** One endpoint of a gRPC channel: it connects when it is told to, not when a request comes. */
import { SimEvent } from '../../../engine/event-queue.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { World } from '../../world.ts';
import type { Connection } from '../connections/connection.ts';
import { Multiplexed } from '../connections/multiplexed.ts';
import type { Replica } from '../replica.ts';
import { Host, type HostOwner } from './host.ts';

export class Subchannel extends Host {
  private readonly world: World;
  private readonly connecting: ConnectAt;

  constructor(owner: HostOwner, world: World, replica: Replica, endpoint: Endpoint) {
    super(owner, replica, endpoint, (route) => new Multiplexed(world, replica, route));
    this.world = world;
    this.connecting = new ConnectAt(world, this.pool as Multiplexed);
  }

  /** Whether a request would be sent at once. */
  get isReady(): boolean {
    return (this.pool as Multiplexed).isReady;
  }

  /** Connects at `at` (ns), or as soon as it was to already. */
  connectAt(at: number): void {
    const { connecting, world } = this;
    if (!world.queue.isPending(connecting)) world.queue.schedule(connecting, at);
  }

  /** It does not connect, unless it has begun to. */
  stop(): void {
    this.world.queue.cancel(this.connecting);
  }

  /** Of connections that it opens together, the last to fail says that it could not connect: once for each time it tries. */
  override failed(connection: Connection): void {
    const isLast = (this.pool as Multiplexed).size === 1;
    if (isLast && !this.world.queue.isPending(this.connecting)) super.failed(connection);
  }

  override remove(): void {
    this.stop();
    super.remove();
  }
}

/** An event of its own: a connection that opens at once would do so in the midst of the end of another. */
class ConnectAt extends SimEvent {
  private readonly pool: Multiplexed;

  constructor(world: World, pool: Multiplexed) {
    super(world.queue);
    this.pool = pool;
  }

  override fire(): void {
    this.pool.fill();
  }
}

/**
 * Connections that a client pod opens as the run starts, before anybody asks for one.
 *
 * Left out: pools that are kept filled; client pods that come back with their node, or start during the run.
 */
import { SimEvent } from '../../../engine/event-queue.ts';
import type { World } from '../../world.ts';
import type { Replica } from '../replica.ts';
import type { ConnectionPool } from './connection-pool.ts';

export class PoolWarmUp extends SimEvent {
  private readonly world: World;
  private readonly replica: Replica;
  private readonly pool: ConnectionPool;

  constructor(world: World, replica: Replica, pool: ConnectionPool) {
    super(world.queue);
    this.world = world;
    this.replica = replica;
    this.pool = pool;
    world.queue.schedule(this, world.queue.now);
  }

  override fire(): void {
    const { nodes } = this.world;
    if (!nodes.isDown(this.replica.node)) this.pool.fill(this.pool.warmUp);
  }
}

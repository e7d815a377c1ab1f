/** All connections of a run, reused when they are done. */
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { Connection } from './connection.ts';

export class ConnectionStore {
  private readonly world: World;
  private readonly all: Connection[] = [];
  private readonly unused: Connection[] = [];

  constructor(world: World) {
    this.world = world;
  }

  take(): Connection {
    const reused = this.unused.pop();
    if (reused !== undefined) return reused;
    const connection = new Connection(this.world);
    this.all.push(connection);
    return connection;
  }

  /** Gives back one that is closed and that no attempt refers to. */
  free(connection: Connection): void {
    this.unused.push(connection);
  }

  /** Visits the connections to a pod that are not closed. Looks at all: for rare events only. */
  forEachTo(pod: Pod, visit: (connection: Connection) => void): void {
    for (const connection of this.all) {
      if (connection.pod === pod && !connection.isClosed) visit(connection);
    }
  }

  /** Visits those that have been opened and are not closed. */
  forEachOpen(visit: (connection: Connection) => void): void {
    for (const connection of this.all) {
      if (!connection.isClosed && connection.number >= 0) visit(connection);
    }
  }
}

/** All connections of a run, reused when they are done. */
import type { Pod } from '../../cluster/pod.ts';
import { TracedTcpConnection } from '../../trace/traced-tcp-connection.ts';
import { TracedUdpSocket } from '../../trace/traced-udp-socket.ts';
import type { World } from '../../world.ts';
import type { Replica } from '../replica.ts';
import type { Connection } from './connection.ts';
import { TcpConnection } from './tcp-connection.ts';
import { UdpSocket } from './udp-socket.ts';

export class ConnectionStore {
  private readonly world: World;
  private readonly all: Connection[] = [];
  private readonly unused: TcpConnection[] = [];
  private readonly unusedSockets: UdpSocket[] = [];

  constructor(world: World) {
    this.world = world;
  }

  take(protocol: 'TCP' | 'UDP'): Connection {
    const unused: Connection[] = protocol === 'TCP' ? this.unused : this.unusedSockets;
    const reused = unused.pop();
    if (reused !== undefined) {
      reused.patience = 1;
      return reused;
    }
    const made = this.make(protocol);
    this.all.push(made);
    return made;
  }

  /** Gives back one that is closed and that no attempt refers to. */
  free(connection: Connection): void {
    if (connection instanceof UdpSocket) this.unusedSockets.push(connection);
    else this.unused.push(connection as TcpConnection);
  }

  private make(protocol: 'TCP' | 'UDP'): Connection {
    const { world } = this;
    if (world.tracer === null) {
      return protocol === 'TCP' ? new TcpConnection(world) : new UdpSocket(world);
    }
    return protocol === 'TCP' ? new TracedTcpConnection(world) : new TracedUdpSocket(world);
  }

  /** Visits the connections to a pod that are not closed. Looks at all: for rare events only. */
  forEachTo(pod: Pod, visit: (connection: Connection) => void): void {
    for (const connection of this.all) {
      if (connection.pod === pod && !connection.isClosed) visit(connection);
    }
  }

  /** The same of those of a client pod, and of those that met rules on a node. */
  forEachOf(replica: Replica, visit: (connection: Connection) => void): void {
    for (const connection of this.all) {
      if (!connection.isClosed && connection.replica === replica) visit(connection);
    }
  }

  forEachBy(node: number, visit: (connection: Connection) => void): void {
    for (const connection of this.all) {
      if (connection.isClosed || connection.number < 0) continue;
      if (connection.gate.proxy?.node === node) visit(connection);
    }
  }

  /** A pod closes those that have carried requests and carry none now. */
  closeIdleTo(pod: Pod): void {
    this.forEachTo(pod, (connection) => {
      if (connection.serving === 0 && connection.requests > 0) connection.closeByPeer();
    });
  }

  /** Visits those that have been opened and are not closed. */
  forEachOpen(visit: (connection: Connection) => void): void {
    for (const connection of this.all) {
      if (!connection.isClosed && connection.number >= 0) visit(connection);
    }
  }
}

/** A real server behind one virtual server, with the kernel's books on it (include/net/ip_vs.h, struct ip_vs_dest). */
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { RealServer } from '../schedulers/scheduler.ts';
import type { VirtualServer } from './virtual-server.ts';

export class Destination implements RealServer {
  readonly ip: number;
  readonly port: number;
  weight: number = 0;
  lastWeight: number = 0;
  active: number = 0;
  inactive: number = 0;
  index: number = -1;
  references: number = 0;
  /** Its number on the node, which entries remember. */
  readonly id: number;
  /** Whose list it is in, or was. */
  virtualServer: VirtualServer;
  /** The tick at which it was deleted. */
  deletedAt: number = 0;
  /** What stands behind it: of no concern to the kernel. */
  endpoint: Endpoint | null = null;

  constructor(id: number, virtualServer: VirtualServer, ip: number, port: number) {
    this.id = id;
    this.virtualServer = virtualServer;
    this.ip = ip;
    this.port = port;
  }

  /** Whether it is in the list. */
  get isAvailable(): boolean {
    return this.index >= 0;
  }

  setWeight(weight: number): void {
    this.weight = weight;
    if (weight > 0) this.lastWeight = weight;
  }
}

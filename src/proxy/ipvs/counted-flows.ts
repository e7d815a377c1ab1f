/** Flows of one virtual server that are no more than counted at its real servers. */
import type { Sampler } from '../../engine/distributions/sampler.ts';
import type { CountedFlows } from '../data-plane.ts';
import type { GracefulTermination } from './graceful-termination.ts';
import type { CountedConnections } from './kernel/counted-connections.ts';
import type { VirtualServer } from './kernel/virtual-server.ts';
import { ANYWHERE } from './schedulers/scheduler.ts';

/** No server, and nobody behind one. */
const NONE = -1;

export class IpvsCountedFlows implements CountedFlows {
  readonly clock: Float64Array = new Float64Array(1);
  readonly cost: Float64Array = new Float64Array(1);
  private readonly virtualServer: VirtualServer;
  private readonly termination: GracefulTermination;
  private readonly base: Sampler;
  private readonly connections: CountedConnections;
  /** The list as of its last revision that was read: numbers of servers by place, and pods by number. */
  private servers: Int32Array = new Int32Array(0);
  private pods: Int32Array = new Int32Array(0);
  private revision = -1;

  /** `base`: what first packets cost. */
  constructor(
    virtualServer: VirtualServer,
    termination: GracefulTermination,
    base: Sampler,
    connections: CountedConnections,
  ) {
    this.virtualServer = virtualServer;
    this.termination = termination;
    this.base = base;
    this.connections = connections;
  }

  get isLost(): boolean {
    return this.connections.isLost;
  }

  open(): number {
    const { virtualServer, connections } = this;
    this.termination.at(this.clock[0]);
    this.cost[0] = this.base.next();
    const index = virtualServer.scheduler.pick(ANYWHERE);
    if (index < 0) return NONE;
    if (this.revision !== virtualServer.revision) this.readList();
    const server = this.servers[index];
    connections.enter(server);
    return server;
  }

  podOf(server: number): number {
    return this.pods[server];
  }

  close(server: number): void {
    this.termination.at(this.clock[0]);
    this.connections.close(server);
  }

  private readList(): void {
    const { list, revision } = this.virtualServer;
    this.revision = revision;
    this.servers = Int32Array.from(list, ({ id }) => id);
    const last = this.servers.reduce((most, id) => Math.max(most, id), NONE);
    this.pods = new Int32Array(last + 1).fill(NONE);
    for (const { id, endpoint } of list) this.pods[id] = endpoint?.pod ?? NONE;
  }
}

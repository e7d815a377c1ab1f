/** One endpoint as a balancer has it: its connections, the requests dealt to it, and how it fares. */
import type { ErrorCause } from '../../../contract/plan.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { NameResolver } from '../../dns/name-waiter.ts';
import type { ConnectionUse, ConnectionWatcher, Route } from '../connections/connection-use.ts';
import type { Connection } from '../connections/connection.ts';
import type { Replica } from '../replica.ts';
import type { Gate } from '../ways/gate.ts';
import { EndpointGate } from './endpoint-gate.ts';
import type { EndpointView } from './endpoint-view.ts';
import { Health } from './outlier-detection.ts';
import type { Candidate } from './picker.ts';

/** The balancer, as its endpoints tell it of themselves. */
export interface HostOwner {
  /** How it picks, how many endpoints it knows, and from whom: for those who explain a pick. */
  readonly policy: string;
  readonly endpoints: number;
  readonly view: EndpointView;
  /** A connection is up. */
  connected(host: Host): void;
  /** One could not be opened. */
  connectFailed(host: Host): void;
  /** One that was up takes no more requests. */
  disconnected(host: Host): void;
  /** A request dealt to it has ended: well (null), or it has failed. */
  answered(host: Host, cause: ErrorCause | null): void;
}

/** Makes the pool of connections to one endpoint. */
export type PoolMaker = (route: Route) => ConnectionUse;

export class Host implements Candidate, Route, ConnectionWatcher {
  /** The address is known. */
  readonly resolver: NameResolver | null = null;
  readonly watcher: ConnectionWatcher = this;
  readonly pool: ConnectionUse;
  readonly health: Health = new Health();
  inFlight: number = 0;
  /** Connections that are up and in the pool. */
  readonly connections: Connection[] = [];
  /** The balancer has it no more. */
  isRemoved: boolean = false;
  /** It is not picked before, ns. */
  blockedUntil: number = 0;
  /** Connections that could not be opened, since one was. */
  failedConnects: number = 0;
  readonly owner: HostOwner;
  private readonly gate: EndpointGate;

  constructor(owner: HostOwner, replica: Replica, endpoint: Endpoint, makePool: PoolMaker) {
    this.owner = owner;
    this.gate = new EndpointGate(replica, endpoint);
    this.pool = makePool(this);
  }

  get endpoint(): Endpoint {
    return this.gate.endpoint;
  }

  /** It has been heard of again. */
  set endpoint(endpoint: Endpoint) {
    this.gate.endpoint = endpoint;
  }

  gateOfNext(): Gate {
    return this.gate;
  }

  /** A request dealt to it has ended: well (null), or it has failed. */
  answered(cause: ErrorCause | null): void {
    this.inFlight--;
    if (!this.isRemoved) this.owner.answered(this, cause);
  }

  /** The client has walked away from one. */
  left(): void {
    this.inFlight--;
  }

  opened(connection: Connection): void {
    this.connections.push(connection);
    this.failedConnects = 0;
    if (!this.isRemoved) this.owner.connected(this);
  }

  failed(_connection: Connection): void {
    this.failedConnects++;
    if (!this.isRemoved) this.owner.connectFailed(this);
  }

  gone(connection: Connection): void {
    const at = this.connections.indexOf(connection);
    if (at === -1) return;
    this.connections.splice(at, 1);
    if (!this.isRemoved) this.owner.disconnected(this);
  }

  /** The balancer has it no more: what carries requests goes on until they are answered. */
  remove(): void {
    this.isRemoved = true;
    const all = this.connections.slice();
    for (const connection of all) this.pool.lost(connection);
  }
}

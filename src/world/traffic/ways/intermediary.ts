/**
 * A proxy that the requests of a client pass before they take a connection to the target: an Ingress or a Gateway at
 * the edge, or a proxy of a service mesh. Connections to it are open already.
 */
import type { Sampler } from '../../../engine/distributions/sampler.ts';
import type { Replica } from '../replica.ts';
import type { Hop } from './network.ts';

export interface Intermediary {
  /** What it is: as traces name it. */
  readonly kind: 'ingress' | 'sidecar' | 'ztunnel' | 'waypoint';
  /** What it takes for a request and its answer, ns, beyond waiting for a connection of its own: drawn anew each time. */
  time(): number;
  /** The one that a request of a client pod goes to, as that whose connections it takes there; null: there is none. */
  proxyOf(replica: Replica): Replica | null;
  /** The way there; null: it is in the client's own pod, or on its node. */
  hopTo(replica: Replica, proxy: Replica): Hop | null;
  /** Those on a node that are not pods of the client. */
  proxiesOn(node: number): readonly Replica[];
}

/** One for every pod of the client: the same that it is, beside it or on its node. */
export class OwnProxy implements Intermediary {
  readonly kind: Intermediary['kind'];
  private readonly proxyTime: Sampler;
  private readonly hop: Hop | null;

  constructor(kind: Intermediary['kind'], proxyTime: Sampler, hop: Hop | null) {
    this.kind = kind;
    this.proxyTime = proxyTime;
    this.hop = hop;
  }

  time(): number {
    return this.proxyTime.next();
  }

  proxyOf(replica: Replica): Replica {
    return replica;
  }

  hopTo(): Hop | null {
    return this.hop;
  }

  proxiesOn(): readonly Replica[] {
    return [];
  }
}

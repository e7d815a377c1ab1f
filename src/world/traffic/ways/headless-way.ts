/**
 * Straight to a pod of a headless Service: DNS answers with all addresses in random order (coredns
 * plugin/loadbalance), and the client takes the first.
 */
import type { RandomStream } from '../../../engine/random.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import { UNROUTED, type Flow, type Verdict } from '../../../proxy/data-plane.ts';
import type { World } from '../../world.ts';
import type { Replica } from '../replica.ts';
import type { Gate } from './gate.ts';
import { PodGate } from './pod-gate.ts';
import type { Way } from './way.ts';

export class HeadlessWay extends PodGate implements Way {
  private readonly world: World;
  private readonly service: number;
  private readonly port: number;
  private readonly order: RandomStream;
  /** The answer that the client has, and the how manieth it is. */
  private addresses: readonly Endpoint[];
  private answers = 0;

  constructor(
    world: World,
    replica: Replica,
    target: { readonly service: number; readonly port: number },
  ) {
    super(replica);
    this.world = world;
    this.service = target.service;
    this.port = target.port;
    this.order = replica.stream('address');
    this.addresses = this.resolve();
  }

  next(): Gate | null {
    const { resolver } = this.replica;
    // Names that are looked up for free are looked up for each connection.
    if (resolver === null || resolver.answers !== this.answers) {
      this.addresses = this.resolve();
      if (resolver !== null) this.answers = resolver.answers;
    }
    return this.addresses.length === 0 ? null : this;
  }

  /** A flow that is sent again keeps the address that it has. */
  open(flow: Flow, _now: number): Verdict {
    if (flow.endpoint !== null) return this.forward(flow, flow.endpoint);
    const { addresses } = this;
    // The name may have lost its addresses since the flow began.
    if (addresses.length === 0) return UNROUTED;
    return this.forward(flow, addresses[this.order.below(addresses.length)]);
  }

  protected endpoints(): readonly Endpoint[] {
    return this.addresses;
  }

  private resolve(): readonly Endpoint[] {
    return this.world.addressRecords().of(this.service, this.port);
  }
}

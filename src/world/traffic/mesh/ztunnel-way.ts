/**
 * By the ztunnel of the client's node, which picks a pod at random for each connection among those that have been pushed
 * to it, and passes the connection on through a tunnel to the ztunnel of that pod's node. A connection with nobody to
 * take it is closed at once.
 *
 * Left out: handshakes of tunnels, and their sharing by the connections of a node; that the ztunnel of a pod which is gone
 * says so sooner than its address would.
 */
import {
  FORWARDED,
  REJECTED,
  UNROUTED,
  type Choice,
  type Flow,
  type ServiceRules,
  type Verdict,
} from '../../../proxy/data-plane.ts';
import type { PlannedPropagation } from '../../../contract/traffic/mesh.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { World } from '../../world.ts';
import type { Replica } from '../replica.ts';
import type { Gate } from '../ways/gate.ts';
import type { Hop } from '../ways/network.ts';
import { pushedViewOf } from './proxy-balancer.ts';
import type { PushedView } from './pushed-view.ts';

export class ZtunnelWay implements Gate, ServiceRules {
  readonly proxy: NodeProxy | null;
  readonly verdictWithoutRules: Verdict = UNROUTED;
  private readonly replica: Replica;
  private readonly view: PushedView;
  private readonly order: RandomStream;

  constructor(world: World, replica: Replica, propagation: PlannedPropagation) {
    this.replica = replica;
    this.proxy = replica.proxy;
    this.view = pushedViewOf(world, replica, propagation);
    this.order = replica.stream('ztunnel');
  }

  next(): Gate {
    return this;
  }

  rules(): ServiceRules {
    return this;
  }

  roundTrip(): number {
    return 0;
  }

  hopTo(node: number): Hop {
    return this.replica.hopTo(node);
  }

  /** A flow that is sent again keeps the endpoint that it has. */
  open(flow: Flow, _now: number): Verdict {
    if (flow.endpoint === null) {
      const endpoints = this.view.current();
      if (endpoints.length === 0) return REJECTED;
      flow.endpoint = endpoints[this.order.below(endpoints.length)];
    }
    flow.proxyCost = this.proxy!.plane.costOfMiss();
    return FORWARDED;
  }

  choice(): Choice {
    return { endpoints: this.view.current(), isSticky: false, servers: [] };
  }

  passes(_flow: Flow, _now: number): boolean {
    return true;
  }

  close(): void {
    // Nothing on the way remembers the flow.
  }

  apply(): void {
    // What the ztunnel has is pushed to it.
  }
}

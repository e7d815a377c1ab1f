/**
 * By the ztunnel of the client's node, which picks a pod at random for each connection among those that have been pushed
 * to it, and passes the connection on through a tunnel to the ztunnel of that pod's node. A connection with nobody to
 * take it is closed at once.
 *
 * Left out: handshakes of tunnels, and their sharing by the connections of a node; that the ztunnel of a pod which is gone
 * says so sooner than its address would.
 */
import type { RandomStream } from '../../../engine/random.ts';
import type { Endpoint } from '../../../kube/endpoint.ts';
import { REJECTED, type Flow, type Verdict } from '../../../proxy/data-plane.ts';
import type { Replica } from '../replica.ts';
import type { Gate } from '../ways/gate.ts';
import { PodGate } from '../ways/pod-gate.ts';
import type { Way } from '../ways/way.ts';
import type { PushedView } from './pushed-view.ts';

export class ZtunnelWay extends PodGate implements Way {
  /** What it picks among. */
  readonly view: PushedView;
  private readonly order: RandomStream;

  constructor(replica: Replica, view: PushedView) {
    super(replica);
    this.view = view;
    this.order = replica.stream('ztunnel');
  }

  next(): Gate {
    return this;
  }

  /** A flow that is sent again keeps the endpoint that it has. */
  open(flow: Flow, _now: number): Verdict {
    if (flow.endpoint !== null) return this.forward(flow, flow.endpoint);
    const endpoints = this.endpoints();
    if (endpoints.length === 0) return REJECTED;
    return this.forward(flow, endpoints[this.order.below(endpoints.length)]);
  }

  protected endpoints(): readonly Endpoint[] {
    return this.view.current();
  }
}

/** Straight to one pod: no Service has its address, so that the packet passes all rules of the client's node. */
import type { Endpoint } from '../../../kube/endpoint.ts';
import {
  FORWARDED,
  UNROUTED,
  type Choice,
  type Flow,
  type ServiceRules,
  type Verdict,
} from '../../../proxy/data-plane.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { Replica } from '../replica.ts';
import type { Gate } from '../ways/gate.ts';
import type { Hop } from '../ways/network.ts';

export class EndpointGate implements Gate, ServiceRules {
  readonly proxy: NodeProxy | null;
  readonly verdictWithoutRules: Verdict = UNROUTED;
  private readonly replica: Replica;
  /** The endpoint as it was last heard of. */
  endpoint: Endpoint;

  constructor(replica: Replica, endpoint: Endpoint) {
    this.replica = replica;
    this.proxy = replica.proxy;
    this.endpoint = endpoint;
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

  open(flow: Flow, _now: number): Verdict {
    flow.endpoint = this.endpoint;
    flow.proxyCost = this.proxy!.plane.costOfMiss();
    return FORWARDED;
  }

  choice(): Choice {
    return { endpoints: [this.endpoint], isSticky: false, servers: [] };
  }

  passes(_flow: Flow, _now: number): boolean {
    return true;
  }

  close(): void {
    // Nothing on the way remembers the flow.
  }

  apply(): void {
    // The address is the pod's own.
  }
}

/** Straight to one pod, the one that has been picked. */
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { Flow, Verdict } from '../../../proxy/data-plane.ts';
import type { Replica } from '../replica.ts';
import { PodGate } from '../ways/pod-gate.ts';

export class EndpointGate extends PodGate {
  /** The endpoint as it was last heard of. */
  endpoint: Endpoint;

  constructor(replica: Replica, endpoint: Endpoint) {
    super(replica);
    this.endpoint = endpoint;
  }

  open(flow: Flow, _now: number): Verdict {
    return this.forward(flow, this.endpoint);
  }

  protected endpoints(): readonly Endpoint[] {
    return [this.endpoint];
  }
}

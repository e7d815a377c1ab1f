/**
 * Straight to pods: no Service has the address that is called, so that the packet passes all rules of the client's
 * node, which cost it as much as a connection that none of them matches. Nothing on the way remembers the flow.
 */
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
import type { Gate } from './gate.ts';
import type { Hop } from './network.ts';

export abstract class PodGate implements Gate, ServiceRules {
  readonly proxy: NodeProxy | null;
  readonly verdictWithoutRules: Verdict = UNROUTED;
  protected readonly replica: Replica;

  constructor(replica: Replica) {
    this.replica = replica;
    this.proxy = replica.proxy;
  }

  /** Whom a new flow may go to now. */
  protected abstract endpoints(): readonly Endpoint[];

  abstract open(flow: Flow, now: number): Verdict;

  /** Sends a flow to an endpoint. */
  protected forward(flow: Flow, endpoint: Endpoint): Verdict {
    flow.endpoint = endpoint;
    flow.proxyCost = this.proxy!.plane.costOfMiss();
    return FORWARDED;
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

  choice(): Choice {
    return { endpoints: this.endpoints(), isSticky: false, servers: [] };
  }

  passes(_flow: Flow, _now: number): boolean {
    return true;
  }

  close(): void {
    // Nothing on the way remembers the flow.
  }

  apply(): void {
    // Whoever calls learns of endpoints by itself, not by the syncs of its node.
  }
}

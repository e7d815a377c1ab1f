/**
 * The pods of a client on one node: at a free door their connections meet the same rules, in one line, and go on
 * together.
 */
import type { ServiceRules } from '../../../proxy/data-plane.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { LaneClient, LaneReplica } from '../lane-client.ts';

export class LaneSite {
  readonly proxy: NodeProxy;
  /** One way to any pod, ns; -1: it depends on the pod, or one of the client pods can be called itself. */
  readonly delay: number;
  readonly handshakeLimit: number;
  private readonly replica: LaneReplica;

  constructor(client: LaneClient, replica: LaneReplica, delay: number) {
    this.replica = replica;
    this.proxy = replica.proxy;
    this.delay = delay;
    this.handshakeLimit = client.handshakeLimit;
  }

  get rules(): ServiceRules {
    return this.replica.rules;
  }
}

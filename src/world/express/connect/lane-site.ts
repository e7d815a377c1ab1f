/**
 * The pods of a client on one node: at a free door their connections meet the same rules, in one line, and go on
 * together.
 */
import type { ServiceRules } from '../../../proxy/data-plane.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { World } from '../../world.ts';
import type { LaneClient, LaneReplica } from '../lane-client.ts';

export class LaneSite {
  readonly proxy: NodeProxy;
  /** One way to any pod, ns; -1: it depends on the pod. */
  readonly delay: number;
  /** One of the client pods may be called itself. */
  readonly isOfPods: boolean;
  readonly handshakeLimit: number;
  private readonly replica: LaneReplica;

  constructor(client: LaneClient, replica: LaneReplica, isOfPods: boolean) {
    this.replica = replica;
    this.proxy = replica.proxy;
    this.delay = replica.delay;
    this.isOfPods = isOfPods;
    this.handshakeLimit = client.handshakeLimit;
  }

  /** Whether its rules would remember connections, if they were told of them. */
  get remembers(): boolean {
    return this.proxy.plane.memory > 0;
  }

  get rules(): ServiceRules {
    return this.replica.rules;
  }
}

/** By client and replica. */
export function sitesOf(world: World, clients: readonly LaneClient[]): LaneSite[][] {
  const endpoints = new Set(world.pods.map(({ ip }) => ip));
  return clients.map((client) => {
    const known = new Map<NodeProxy, LaneSite>();
    const isOfPods = client.replicas.some(({ replica }) => endpoints.has(replica.ip));
    return client.replicas.map((replica) => {
      const site = known.get(replica.proxy) ?? new LaneSite(client, replica, isOfPods);
      known.set(replica.proxy, site);
      return site;
    });
  });
}

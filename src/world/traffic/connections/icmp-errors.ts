/** Whether a client hears of what went wrong with its packet: nodes limit how often they send ICMP errors. */
import type { Pod } from '../../cluster/pod.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { World } from '../../world.ts';

/** Who has sent a packet: a client pod, or an address that a script gives a connection. */
interface Sender {
  readonly address: number;
}

/** Of a packet that the rules of a node rejected just now. */
export function hearsOfRejection(world: World, { address }: Sender, proxy: NodeProxy): boolean {
  if (!proxy.plane.rejectsByIcmp) return true;
  const limit = world.icmpLimitOf(proxy.node);
  return limit === null || limit.allows(address, world.queue.now);
}

/** Of a datagram to a port of this pod that nobody has open: the pod's own kernel says so. */
export function hearsOfClosedPort(world: World, { address }: Sender, pod: Pod): boolean {
  const limit = world.icmpLimitOf(world.plan.nodes.length + pod.index);
  return limit === null || limit.allows(address, world.queue.now);
}

/** Of a packet to a pod that is gone from this node. */
export function hearsOfMissingPod(world: World, { address }: Sender, node: number): boolean {
  const limit = world.icmpLimitOf(node);
  if (limit === null) return true;
  const { now } = world.queue;
  // A node that waits for an answer to ARP has a route; one that knows at once has none.
  return world.plan.network.podGone.after > 0
    ? limit.allows(address, now)
    : limit.allowsWithoutRoute(address, now);
}

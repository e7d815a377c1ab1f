/** Whether a client hears of what went wrong with its packet: nodes limit how often they send ICMP errors. */
import type { World } from '../world.ts';
import type { Replica } from './client.ts';

/** Of a packet that the rules of this node rejected just now. */
export function hearsOfRejection(world: World, { address }: Replica, node: number): boolean {
  const limit = world.icmpLimitOf(node);
  return limit === null || limit.allows(address, world.queue.now);
}

/** Of a packet to a pod that is gone from this node. */
export function hearsOfMissingPod(world: World, { address }: Replica, node: number): boolean {
  const limit = world.icmpLimitOf(node);
  if (limit === null) return true;
  const { now } = world.queue;
  // A node that waits for an answer to ARP has a route; one that knows at once has none.
  return world.plan.network.podGone.after > 0
    ? limit.allows(address, now)
    : limit.allowsWithoutRoute(address, now);
}

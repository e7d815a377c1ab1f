/**
 * Nodes that die and come back, and what hangs on them: the client pods, connections and rules there, the pods with
 * their kubelet, and what the node controller makes of it.
 *
 * A node that comes back has booted: it remembers no flow and has no rules before its kube-proxy's first sync; its
 * containers start anew. Client pods are there again at once.
 *
 * Left out: the time a boot takes (the outage holds it), source ports in TIME_WAIT, which are gone as well.
 */
import type { World } from '../world.ts';

/** A fault takes nodes down. Others may have them down already. */
export function takeDown(world: World, nodes: readonly number[]): void {
  // All of them, before anybody on one of them turns to another.
  const lost = nodes.filter((node) => world.nodes.takeDown(node));
  for (const node of lost) {
    world.staleView.nodeTurns(node, world.queue.now);
    // Nobody is left there to hear how the calls end that its pods have made.
    for (const pod of world.pods) if (pod.node === node) pod.forsakeCalls();
    for (const client of world.clients) client.nodeChanged(node);
    world.connections.forEachBy(node, (connection) => connection.forgetRules());
    for (const { replicas } of world.clients) {
      for (const replica of replicas) replica.forgetRules(node);
    }
    world.dns?.nodeLost(node);
    for (const proxy of world.proxiesOn(node)) proxy.nodeLost();
    for (const pod of world.pods) if (pod.node === node) pod.nodeLost();
  }
  linksChanged(world, lost);
}

/** The fault is over. Others may have them down still. */
export function bringUp(world: World, nodes: readonly number[]): void {
  const back = nodes.filter((node) => world.nodes.bringUp(node));
  for (const node of back) {
    world.staleView.nodeTurns(node, world.queue.now);
    for (const proxy of world.proxiesOn(node)) proxy.nodeReturned();
    for (const pod of world.pods) if (pod.node === node) pod.nodeReturned();
    for (const client of world.clients) client.nodeChanged(node);
  }
  linksChanged(world, back);
}

/** What the control plane reaches may have changed for these nodes. */
export function linksChanged(world: World, nodes: readonly number[]): void {
  for (const node of nodes) world.nodeLifecycle.linkChanged(node);
  world.nodes.letGoOn();
}

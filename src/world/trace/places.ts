/** The places of a cluster, as traces name them. */
import type { TracePlace } from '../../contract/trace.ts';
import type { Pod } from '../cluster/pod.ts';
import type { Client } from '../traffic/client.ts';
import type { Replica } from '../traffic/replica.ts';
import type { World } from '../world.ts';

/** A client pod, or one outside the cluster: `web-3` is the fourth of the client `web`. */
export function clientPlace(replica: Replica): TracePlace {
  const { client } = replica;
  // A pod that calls for those whom it serves.
  if (replica.pod !== null) return podPlace(replica.pod);
  const { name, replicas } = client.plan;
  const number = client.replicas.indexOf(replica);
  return { kind: 'client', name: replicas.length === 1 ? name : `${name}-${number}` };
}

export const podPlace = ({ name }: Pod): TracePlace => ({ kind: 'pod', name });

export const nodePlace = (world: World, node: number): TracePlace => ({
  kind: 'node',
  name: world.plan.nodes[node].name,
});

/** Who opens connections: a client pod, or the proxy that its requests go by. */
export function callerPlace(caller: Replica): TracePlace {
  const { client, ip, node } = caller;
  const { intermediary, plan, world } = client;
  switch (intermediary?.kind) {
    case undefined:
      return clientPlace(caller);
    case 'ingress':
      return { kind: 'ingress', name: plan.name };
    case 'sidecar':
      return { kind: 'sidecar', name: clientPlace(caller).name };
    case 'ztunnel':
      return { kind: 'ztunnel', name: world.plan.nodes[node].name };
    case 'waypoint':
      return { kind: 'waypoint', name: world.pods.find((pod) => pod.ip === ip)!.name };
  }
}

/** The proxy that requests of a client pass last, at the pod that serves. */
export function serverProxyPlace({ intermediary, world }: Client, pod: Pod): TracePlace {
  return intermediary?.kind === 'sidecar'
    ? { kind: 'sidecar', name: pod.name }
    : { kind: 'ztunnel', name: world.plan.nodes[pod.node].name };
}

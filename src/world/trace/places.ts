/** The places of a cluster, as traces name them. */
import type { TracePlace } from '../../contract/trace.ts';
import type { Pod } from '../cluster/pod.ts';
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

export const ingressPlace = ({ client }: Replica): TracePlace => ({
  kind: 'ingress',
  name: client.plan.name,
});

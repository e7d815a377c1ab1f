/** Which proxy the requests of a client go by: that of an Ingress, or one of a mesh. */
import { createSampler } from '../../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { World } from '../../world.ts';
import type { Client } from '../client.ts';
import { Replica } from '../replica.ts';
import { OwnProxy, type Intermediary } from '../ways/intermediary.ts';
import { Waypoints } from './waypoints.ts';

/** Null: they go by none. */
export function intermediaryOf(
  world: World,
  client: Client,
  stream: (concern: string) => RandomStream,
): Intermediary | null {
  const { mesh, via } = client.plan;
  if (via?.kind === 'Ingress') {
    const time = createSampler(via.proxyTime, stream('ingress'));
    return new OwnProxy('ingress', time, client.network.external);
  }
  if (mesh === null) return null;
  const time = createSampler(mesh.proxyTime.client, stream('client-proxy'));
  if (mesh.mode === 'Sidecar') return new OwnProxy('sidecar', time, null);
  if (mesh.mode === 'Ztunnel') return new OwnProxy('ztunnel', time, null);
  return new Waypoints(world, {
    workload: mesh.workload,
    ztunnelTime: time,
    waypointTime: createSampler(mesh.proxyTime.waypoint, stream('waypoint-proxy')),
    choice: stream('waypoint'),
    makeProxy: ({ ip, node }) => new Replica(world, client, ip, node, null, 'proxy'),
    isBusy: (proxy) => client.hasRequestsWith(proxy),
  });
}

/** What an L7 proxy has for one Service: endpoints that are pushed to it, and connections to each of them. */
import type { PlannedBalancer } from '../../../contract/plan.ts';
import type { PlannedRouting } from '../../../contract/traffic/mesh.ts';
import type { World } from '../../world.ts';
import { EndpointPools } from '../balancing/endpoint-pools.ts';
import { CONNECTION_MODES, type ConnectionSource } from '../connections/connection-use.ts';
import type { Replica } from '../replica.ts';
import { PushedView } from './pushed-view.ts';

/** Below this share of endpoints that are not ejected, all are picked among (Envoy healthy_panic_threshold). */
const PANIC_THRESHOLD = 0.5;

/**
 * What the proxy whose connections are those of `replica` knows of the endpoints that its client calls; null: it picks
 * none. `routing`: what it does with requests.
 */
export function pushedViewOf(
  world: World,
  replica: Replica,
  routing: PlannedRouting | null,
): PushedView | null {
  const { plan, service } = replica.client;
  const propagation = plan.mesh?.mode === 'Ztunnel' ? plan.mesh.propagation : routing?.propagation;
  if (propagation === undefined) return null;
  return new PushedView(world, world.discoveryOf(propagation), {
    service,
    port: plan.target.kind === 'servicePort' ? plan.target.port : 0,
    node: replica.node,
    name: `client/${plan.name}/${replica.ip}`,
  });
}

export function createProxyBalancer(
  world: World,
  replica: Replica,
  balancer: PlannedBalancer,
  view: PushedView,
): ConnectionSource {
  const { policy, outlierDetection, hostSelectionRetries } = balancer;
  const makePool = CONNECTION_MODES[replica.client.plan.connection.mode];
  return new EndpointPools(world, replica, {
    policy,
    outlierDetection,
    hostSelectionRetries,
    panicThreshold: PANIC_THRESHOLD,
    view,
    stream: replica.stream('balancer'),
    connectBackoff: null,
    backoffStream: replica.stream('connect-backoff'),
    makePool: (route) => makePool(world, replica, route),
  });
}

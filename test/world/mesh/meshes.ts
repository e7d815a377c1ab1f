/** Plans whose clients call by proxies: free ones that know everything at once, unless a test says otherwise. */
import type {
  BalancingPolicy,
  ConnectionPolicy,
  Plan,
  PlannedBalancer,
} from '../../../src/contract/plan.ts';
import type {
  PlannedMesh,
  PlannedPropagation,
  PlannedRouting,
} from '../../../src/contract/traffic/mesh.ts';
import { constant, ms, multiplexed, ns, plan, sec, type PlanOptions } from '../plans.ts';

export const AT_ONCE: PlannedPropagation = {
  debounceAfter: ns(0),
  debounceMax: ns(0),
  push: constant(ns(0)),
};

export const routing = (facts: Partial<PlannedRouting> = {}): PlannedRouting => ({
  propagation: AT_ONCE,
  timeout: null,
  retry: null,
  circuitBreakers: { maxPendingRequests: null, maxRequests: null, maxRetries: null },
  ...facts,
});

export const proxyBalancer = (
  policy: BalancingPolicy,
  facts: Partial<PlannedBalancer> = {},
): PlannedBalancer => ({
  policy,
  key: null,
  resolution: { onDisconnect: false, minInterval: ns(0), every: null },
  connectBackoff: null,
  outlierDetection: null,
  hostSelectionRetries: 0,
  ...facts,
});

const FREE_TIMES = { client: constant(ns(0)), server: constant(ns(0)) };

export const sidecar = (
  facts: Partial<Extract<PlannedMesh, { mode: 'Sidecar' }>> = {},
): PlannedMesh => ({ mode: 'Sidecar', proxyTime: FREE_TIMES, routing: routing(), ...facts });

export const ztunnel = (
  facts: Partial<Extract<PlannedMesh, { mode: 'Ztunnel' }>> = {},
): PlannedMesh => ({ mode: 'Ztunnel', proxyTime: FREE_TIMES, propagation: AT_ONCE, ...facts });

/** One client pod that calls four pods over connections that are shared. */
export function meshed(
  mesh: PlannedMesh | null,
  policy: BalancingPolicy,
  options: PlanOptions & { readonly connection?: ConnectionPolicy } = {},
): Plan {
  return plan({
    pods: 4,
    warmUp: 1,
    duration: 10,
    hop: ms(1),
    rate: 400,
    service: constant(ms(1)),
    ...options,
    client: {
      connection: options.connection ?? multiplexed({ idleTimeout: sec(3600) }),
      ...options.client,
      mesh,
      balancer: mesh?.mode === 'Ztunnel' ? null : proxyBalancer(policy),
    },
  });
}

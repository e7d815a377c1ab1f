/** Meshes and gateways of any kind, for clients and calls of any plan that can be behind one. */
import fc from 'fast-check';
import type { BalancingPolicy, Plan, PlannedClient } from '../../../src/contract/plan.ts';
import type { PlannedMesh, PlannedRouting } from '../../../src/contract/traffic/mesh.ts';
import { proxyBalancer } from './meshes.ts';
import { constant, exponential, ms, ns, retry, us } from '../plans.ts';

const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(values, { nil: null, freq: 2 });
const time = fc.constantFrom(constant(ns(0)), constant(us(300)), exponential(ms(2)));
const bound = orNull(fc.integer({ min: 0, max: 4 }));

const propagation = fc
  .record({
    after: fc.integer({ min: 0, max: 2e8 }),
    more: fc.integer({ min: 0, max: 4e8 }),
    push: time,
  })
  .map(({ after, more, push }) => ({
    debounceAfter: ns(after),
    debounceMax: ns(after + more),
    push,
  }));

const routing: fc.Arbitrary<PlannedRouting> = fc.record({
  propagation,
  timeout: orNull(fc.integer({ min: 1, max: 3e8 }).map(ns)),
  retry: orNull(
    fc.integer({ min: 0, max: 3 }).map((attempts) =>
      retry({
        attempts,
        on: ['refused', 'unreachable', 'connectTimeout', 'reset', '503', '500'],
        backoff: { base: ms(3), factor: 2, max: null, jitter: 'Full' },
      }),
    ),
  ),
  circuitBreakers: fc.record({
    maxPendingRequests: bound,
    maxRequests: bound,
    maxRetries: bound,
  }),
});

const proxyTime = fc.record({ client: time, waypoint: time, server: time });

export interface AnyMesh {
  readonly mode: 'Sidecar' | 'Ztunnel' | 'Waypoint';
  readonly proxyTime: Extract<PlannedMesh, { mode: 'Waypoint' }>['proxyTime'];
  readonly routing: PlannedRouting;
  readonly policy: BalancingPolicy;
}

export const anyMesh: fc.Arbitrary<AnyMesh> = fc.record({
  mode: fc.constantFrom('Sidecar' as const, 'Ztunnel' as const, 'Waypoint' as const),
  proxyTime,
  routing,
  policy: fc.constantFrom<BalancingPolicy[]>(
    { kind: 'random' },
    { kind: 'round_robin' },
    { kind: 'least_request', choices: 2 },
  ),
});

function meshOf({ mode, proxyTime: times, routing: settings }: AnyMesh): PlannedMesh {
  switch (mode) {
    case 'Ztunnel':
      return { mode, proxyTime: times, propagation: settings.propagation };
    case 'Sidecar':
      return { mode, proxyTime: times, routing: settings };
    case 'Waypoint':
      // Any pods can be waypoints.
      return { mode, workload: 0, proxyTime: times, routing: settings };
  }
}

function behind(client: PlannedClient, mesh: AnyMesh): PlannedClient {
  const { policy, routing: settings } = mesh;
  if (client.protocol === 'UDP' || client.target.kind !== 'servicePort') return client;
  const balancer = proxyBalancer(policy, { hostSelectionRetries: 2 });
  if (client.via?.kind === 'Ingress') {
    return { ...client, via: { ...client.via, routing: settings }, balancer };
  }
  if (client.via !== null || client.replicas.some(({ node }) => node === null)) return client;
  const isPerRequest = mesh.mode !== 'Ztunnel';
  return {
    ...client,
    mesh: meshOf(mesh),
    resolver: null,
    balancer: isPerRequest ? balancer : null,
  };
}

/** The plan with its clients and calls behind these in turn, where they can be; null: as it is. */
export const withMeshes = (plan: Plan, meshes: readonly (AnyMesh | null)[]): Plan => ({
  ...plan,
  clients: plan.clients.map((client, i) => {
    const mesh = meshes[i % meshes.length] ?? null;
    return mesh === null ? client : behind(client, mesh);
  }),
});

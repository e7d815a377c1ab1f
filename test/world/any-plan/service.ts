/** What generated Services ask for, and how their clients come to them. */
import fc from 'fast-check';
import type {
  Plan,
  PlannedBalancer,
  PlannedClient,
  PlannedWay,
} from '../../../src/contract/plan.ts';
import { type Asks, ms } from '../plans.ts';
import { balancer } from './balancer.ts';
import { delay, distribution, orNull } from './values.ts';

const way: fc.Arbitrary<PlannedWay> = fc.oneof(
  fc.subarray([0, 1, 2], { minLength: 1 }).map((nodes) => ({ kind: 'NodePort' as const, nodes })),
  fc.constant({ kind: 'LoadBalancer' as const }),
  distribution(ms(2)).map((proxyTime) => ({
    kind: 'Ingress' as const,
    proxyTime,
    routing: null,
  })),
);

/** What the Service asks for, and how its clients come to it. */
interface Asked {
  readonly facts: Asks;
  readonly headless: boolean;
  /** Of clients over TCP, where the Service is headless. */
  readonly balancers: readonly (PlannedBalancer | null)[];
  readonly ways: readonly (PlannedWay | null)[];
}

export const asked: fc.Arbitrary<Asked> = fc.record({
  facts: fc.record({
    publishNotReadyAddresses: fc.boolean(),
    sessionAffinity: orNull(delay(ms(300))),
    internalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const),
    externalTrafficPolicy: fc.constantFrom('Cluster' as const, 'Local' as const),
    topology: orNull(
      fc.constantFrom('Auto' as const, 'PreferSameZone' as const, 'PreferSameNode' as const),
    ),
  }),
  headless: fc.boolean(),
  balancers: fc.array(orNull(balancer), { minLength: 2, maxLength: 2 }),
  ways: fc.array(orNull(way), { minLength: 2, maxLength: 2 }),
});

export function withAsked(made: Plan, { balancers, facts, headless, ways }: Asked): Plan {
  const [service, ...others] = made.services;
  const clusterIP = headless ? null : service!.clusterIP;
  const ports = service!.ports.map((port) => ({ ...port, nodePort: headless ? null : 30_000 }));
  return {
    ...made,
    nodes: made.nodes.map((node, i) => ({ ...node, zone: 'ab'[i % 2]! })),
    services: [{ ...service!, ...facts, clusterIP, ports }, ...others],
    clients: made.clients
      .map((client, i) => comingBy(client, ways[i]!, headless))
      .map((client, i) => ({
        ...client,
        balancer: headless && client.protocol === 'TCP' ? balancers[i]! : null,
      })),
  };
}

function comingBy(client: PlannedClient, via: PlannedWay | null, headless: boolean): PlannedClient {
  const target = { kind: headless ? 'headless' : 'servicePort', service: 0, port: 0 } as const;
  if (via === null) return headless ? { ...client, target } : client;
  // The proxy has pods; node ports have no names.
  const replicas = client.replicas.map(({ ip, node }) => ({ ip, node: node ?? 0 }));
  if (via.kind === 'Ingress') return { ...client, target, via, replicas, resolver: null };
  return headless ? { ...client, target } : { ...client, target, via, resolver: null };
}

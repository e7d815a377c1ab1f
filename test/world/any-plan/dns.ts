/** Generated plans whose pods answer DNS queries as well. */
import fc from 'fast-check';
import type {
  Distribution,
  Plan,
  PlannedDns,
  PlannedResolver,
} from '../../../src/contract/plan.ts';
import { constant, ms, ns } from '../plans.ts';
import { delay, distribution, orNull } from './values.ts';

const nodeCache = (serviceTime: Distribution): PlannedDns['nodeCache'] => ({
  serviceTime,
  concurrency: 1,
  success: ms(500),
  denial: ms(50),
});

export const dns: fc.Arbitrary<Pick<PlannedDns, 'ttl' | 'race' | 'nodeCache'> & PlannedResolver> =
  fc.record({
    ttl: delay(ms(500)),
    race: fc.constantFrom(0, 0.2),
    nodeCache: orNull(distribution(ms(1)).map(nodeCache)),
    names: fc
      .subarray(['backend.svc.cluster.local', 'backend.corp.example'])
      .map((misses) => [...misses, 'backend.default.svc.cluster.local']),
    cached: fc.boolean(),
    timeout: fc.integer({ min: 1, max: 3e8 }).map(ns),
    attempts: fc.integer({ min: 1, max: 2 }),
    singleRequest: fc.boolean(),
  });

/** The pods of the plan answer DNS queries as well, as those of a second Service. */
export function withDns(
  made: Plan,
  names: (Pick<PlannedDns, 'ttl' | 'race' | 'nodeCache'> & PlannedResolver) | null,
): Plan {
  if (names === null) return made;
  const { ttl, race, nodeCache: cache, ...resolver } = names;
  const [backend] = made.services;
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP' as const, nodePort: null },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' as const, nodePort: null },
  ];
  return {
    ...made,
    dns: { service: 1, udp: 0, tcp: 1, ttl, upstream: constant(ms(5)), race, nodeCache: cache },
    services: [backend!, { ...backend!, name: 'kube-dns', clusterIP: '10.96.0.53', ports }],
    workloads: made.workloads.map((workload) => ({
      ...workload,
      memberships: [...workload.memberships, { service: 1, targetPorts: [53, 53] }],
    })),
    clients: made.clients.map((one) => ({
      ...one,
      resolver: one.replicas.some(({ node }) => node === null) ? null : resolver,
    })),
  };
}

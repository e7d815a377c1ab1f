/** Names in quiet runs: clients that look up what they call, of pods that answer at the pace of the run. */
import fc from 'fast-check';
import type { Plan } from '../../../src/contract/plan.ts';
import { constant, exponential, ms, ns, sec, us } from '../plans.ts';
import type { Pace } from './pace.ts';

export interface DrawnDns {
  readonly cached: boolean;
  readonly misses: number;
  readonly singleRequest: boolean;
  readonly isOnNode: boolean;
  /** Part of the run for which an answer is valid. */
  readonly ttl: number;
  /** Whether its pods are out of rotation now and then, so that their rules change. */
  readonly flaps: boolean;
  /** Which of the clients do without, as their order has it. */
  readonly spared: number;
}

export const dns: fc.Arbitrary<DrawnDns> = fc.record({
  cached: fc.boolean(),
  misses: fc.nat(1),
  singleRequest: fc.boolean(),
  isOnNode: fc.boolean(),
  ttl: fc.constantFrom(0.1, 0, 1),
  flaps: fc.boolean(),
  spared: fc.nat(5),
});

export function withDns(made: Plan, drawn: DrawnDns, { service, length, grid }: Pace): Plan {
  const index = made.services.length;
  const work = constant(ns(grid ?? Math.min(us(100), service / 10)));
  const name = ({ name: label }: { readonly name: string }): string =>
    `${label}.default.svc.cluster.local`;
  return {
    ...made,
    dns: {
      service: index,
      udp: 0,
      tcp: 1,
      ttl: ns(Math.ceil(drawn.ttl * length)),
      upstream: work,
      race: 0,
      nodeCache: drawn.isOnNode
        ? { serviceTime: work, concurrency: 1, success: sec(30), denial: sec(5) }
        : null,
    },
    services: [
      ...made.services,
      {
        ...made.services[0]!,
        name: 'kube-dns',
        label: 'kube-dns',
        clusterIP: '10.96.0.53',
        sessionAffinity: null,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP', nodePort: null },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', nodePort: null },
        ],
      },
    ],
    workloads: [
      ...made.workloads,
      {
        ...made.workloads[0]!,
        name: 'deployment/coredns',
        podNamePrefix: 'coredns-',
        pods: [0, 1].map((i) => ({
          name: `coredns-${i}`,
          ip: `10.244.0.${101 + i}`,
          node: i % made.nodes.length,
          ready: true,
          terminating: false,
          hints: null,
        })),
        memberships: [{ service: index, targetPorts: [53, 53] }],
        serviceTime: work,
        concurrency: 2,
        readinessFlap: drawn.flaps
          ? {
              every: exponential(ns(Math.max(ms(100), Math.ceil(length / 10)))),
              lasts: constant(ns(Math.max(ms(50), Math.ceil(length / 20)))),
            }
          : null,
      },
    ],
    clients: made.clients.map((one, i) => {
      if (i === drawn.spared || one.target.kind !== 'servicePort') return one;
      const target = name(made.services[one.target.service]!);
      const misses = ['backend.nowhere.svc.cluster.local'].slice(0, drawn.misses);
      const { cached, singleRequest } = drawn;
      const names = [...misses, target];
      return { ...one, resolver: { names, cached, timeout: sec(5), attempts: 5, singleRequest } };
    }),
  };
}

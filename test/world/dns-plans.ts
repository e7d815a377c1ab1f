/** The plan of plans.ts with a cluster DNS in it: two CoreDNS pods that answer a query in 100 µs. */
import type { Duration } from '../../src/base/time.ts';
import type { Plan, PlannedDns, PlannedResolver } from '../../src/contract/plan.ts';
import { constant, ms, ns, plan, POD_NODE, sec, us, type PlanOptions } from './plans.ts';

export const HOP: Duration = us(200);
/** CPU time of a query. */
export const WORK: Duration = us(100);
/** A query there and back. */
export const ROUND: number = 2 * HOP + WORK;

export interface DnsOptions extends PlanOptions {
  readonly dns?: Partial<PlannedDns>;
  readonly resolver?: Partial<PlannedResolver>;
  readonly dnsPods?: number;
  readonly coredns?: Partial<Plan['workloads'][number]>;
}

const SHORT: PlannedResolver = {
  names: ['backend.default.svc.cluster.local'],
  cached: false,
  timeout: sec(5),
  attempts: 2,
  singleRequest: false,
};

/** The names of a lookup that begins with n names that do not exist. */
export const afterMisses = (misses: number): readonly string[] => [
  ...Array.from({ length: misses }, (_, i) => `backend.nowhere-${i}.svc.cluster.local`),
  ...SHORT.names,
];

export function dnsPlan(options: DnsOptions = {}): Plan {
  const { dnsPods = 2 } = options;
  const made = plan({
    hop: HOP,
    service: constant(ms(2)),
    ...options,
    client: { resolver: { ...SHORT, ...options.resolver }, ...options.client },
  });
  const [backend] = made.workloads;
  return {
    ...made,
    dns: {
      service: 1,
      udp: 0,
      tcp: 1,
      ttl: sec(30),
      upstream: constant(ms(20)),
      race: 0,
      nodeCache: null,
      ...options.dns,
    },
    services: [
      ...made.services,
      {
        ...made.services[0]!,
        name: 'kube-dns',
        namespace: 'kube-system',
        label: 'kube-dns',
        clusterIP: '10.96.0.53',
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP', nodePort: null },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', nodePort: null },
        ],
      },
    ],
    workloads: [
      backend!,
      {
        ...backend!,
        name: 'deployment/coredns',
        namespace: 'kube-system',
        podNamePrefix: 'coredns-',
        pods: Array.from({ length: dnsPods }, (_, i) => ({
          name: `coredns-${i}`,
          ip: `10.244.0.${101 + i}`,
          node: POD_NODE,
          ready: true,
          terminating: false,
          hints: null,
        })),
        memberships: [{ service: 1, targetPorts: [53, 53] }],
        serviceTime: constant(WORK),
        concurrency: 2,
        preStop: ns(0),
        ...options.coredns,
      },
    ],
  };
}

export const NODE_CACHE: PlannedDns['nodeCache'] = {
  serviceTime: constant(WORK),
  concurrency: 1,
  success: sec(30),
  denial: sec(5),
};

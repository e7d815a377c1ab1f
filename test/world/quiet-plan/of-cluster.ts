/**
 * Quiet plans of a cluster with several of everything: nodes in zones with kube-proxies of their own, Services with several
 * ports and workloads, and clients that share nodes, addresses, source ports and targets.
 */
import fc from 'fast-check';
import type { Plan, PlannedService, PlannedWorkload } from '../../../src/contract/plan.ts';
import { at, constant, exponential, ms, ns, plan, us } from '../plans.ts';
import { client } from './clients.ts';
import { dns, withDns } from './dns.ts';
import { pace, type Pace } from './pace.ts';
import { proxy } from './proxies.ts';
import { serviceTime } from './traffic.ts';

const BASE = plan();

const hop: fc.Arbitrary<(pace: Pace) => number> = fc.constantFrom<((pace: Pace) => number)[]>(
  () => 0,
  ({ grid }) => grid ?? us(50),
  ({ grid, service }) => grid ?? Math.min(Math.round(service / 10), 1e9),
);

/** One way within a node, within a zone, and between zones, in hops. */
const ways: fc.Arbitrary<readonly [number, number, number]> = fc.constantFrom(
  [1, 1, 1],
  [0, 1, 2],
  [0, 1, 1],
  [1, 1, 3],
);

const service = fc.record({
  ports: fc.integer({ min: 1, max: 2 }),
  /** Part of the run; 0: none. */
  affinity: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0.1, 1),
  topology: fc.constantFrom(null, null, null, 'PreferSameZone' as const, 'Auto' as const),
});

const workload = fc.record({
  // More than the 32 that schedulers keep in one word, once in a while.
  pods: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 7 }) },
    { weight: 1, arbitrary: fc.integer({ min: 30, max: 80 }) },
  ),
  unready: fc.constantFrom(0, 0, 1),
  concurrency: fc.constantFrom(1, 1, 2, 3),
  /** Behind which Services, besides the one that has its number. */
  behind: fc.subarray([0, 1, 2]),
  serviceTime,
  node: fc.nat(4),
});

export const quietPlanOfCluster: fc.Arbitrary<Plan> = fc
  .record({
    pace,
    zones: fc.integer({ min: 0, max: 3 }),
    /** By node: which proxy it has. */
    nodes: fc.array(fc.nat(2), { minLength: 1, maxLength: 5 }),
    proxies: fc.array(proxy, { minLength: 1, maxLength: 3 }),
    hop,
    ways,
    services: fc.array(service, { minLength: 1, maxLength: 3 }),
    workloads: fc.array(workload, { minLength: 3, maxLength: 3 }),
    /** So many client pods are pods of the Services, too. */
    serving: fc.constantFrom(0, 0, 0, 2),
    clients: fc.array(client, { minLength: 1, maxLength: 5 }),
    isWarmedUp: fc.boolean(),
    windows: fc.array(fc.tuple(fc.nat(7), fc.integer({ min: 1, max: 4 })), { maxLength: 2 }),
    isRestless: fc.boolean(),
    dns: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: dns }),
  })
  .map((drawn) => {
    const called = drawn.workloads.slice(0, drawn.services.length);
    const workers = called.reduce((sum, { pods, concurrency }) => sum + pods * concurrency, 0);
    const pace = drawn.pace(workers);
    const eighth = pace.length / 8;
    const nodes = drawn.nodes.map((proxy, i) => ({
      ...BASE.nodes[0]!,
      name: `worker-${i}`,
      ip: `172.18.0.${i + 2}`,
      zone: drawn.zones === 0 ? null : 'abc'[i % drawn.zones]!,
      proxy: proxy % drawn.proxies.length,
    }));
    const services = drawn.services.map((one, i) => serviceOf(one, i, pace));
    const workloads = called.map((one, i) => workloadOf(one, i, pace, services, nodes.length));
    const homes = [
      ...workloads.flatMap(({ pods }) => pods).slice(0, drawn.serving),
      ...Array.from({ length: 10 }, (_, i) => ({
        ip: `10.244.9.${i + 1}`,
        node: i % nodes.length,
      })),
    ].map(({ ip, node }) => ({ ip, node }));
    const weights = drawn.clients.reduce((sum, { weight }) => sum + weight, 0);
    const oneWay = drawn.hop(pace);
    const [sameNode, sameZone, crossZone] = drawn.ways.map((hops) => constant(ns(oneWay * hops)));
    const made: Plan = {
      ...BASE,
      warmUp: ns(drawn.isWarmedUp ? eighth : 0),
      duration: ns(drawn.isWarmedUp ? 7 * eighth : 8 * eighth),
      interval: ns(eighth),
      windows: [
        { name: 'all', from: at((drawn.isWarmedUp ? eighth : 0) / 1e9), to: at(pace.length / 1e9) },
        ...drawn.windows.map(([from, lasts], i) => ({
          name: `window-${i}`,
          from: at((from * eighth) / 1e9),
          to: at((Math.min(from + lasts, 8) * eighth) / 1e9),
        })),
      ],
      nodes,
      proxies: drawn.proxies.map((one) => one(pace)),
      network: {
        ...BASE.network,
        sameNode: sameNode!,
        sameZone: sameZone!,
        crossZone: crossZone!,
      },
      services,
      workloads,
      clients: drawn.clients.map(({ weight, of }, i) => ({
        ...of({ pace, part: weight / weights, homes, services }),
        name: `client-${i}`,
      })),
    };
    const whole = drawn.isRestless ? withRestless(made, pace) : made;
    return drawn.dns === null ? whole : withDns(whole, drawn.dns, pace);
  });

function serviceOf(
  { ports, affinity, topology }: typeof service extends fc.Arbitrary<infer T> ? T : never,
  i: number,
  { length }: Pace,
): PlannedService {
  return {
    ...BASE.services[0]!,
    name: `service-${i}`,
    label: `service-${i}`,
    clusterIP: `10.96.0.${10 + i}`,
    ports: [80, 81]
      .slice(0, ports)
      .map((port) => ({ name: `port-${port}`, port, protocol: 'TCP', nodePort: null })),
    sessionAffinity: affinity === 0 ? null : ns(Math.ceil(affinity * length)),
    topology,
  };
}

function workloadOf(
  drawn: typeof workload extends fc.Arbitrary<infer T> ? T : never,
  i: number,
  pace: Pace,
  services: readonly PlannedService[],
  nodes: number,
): PlannedWorkload {
  return {
    ...BASE.workloads[0]!,
    name: `deployment/backend-${i}`,
    podNamePrefix: `backend-${i}-`,
    pods: Array.from({ length: drawn.pods }, (_, j) => ({
      name: `backend-${i}-${j}`,
      ip: `10.244.${i}.${j + 1}`,
      node: (drawn.node + j) % nodes,
      // Nearly always somebody serves.
      ready: j === 0 || j > drawn.unready,
      terminating: false,
      hints: null,
    })),
    memberships: services.flatMap(({ ports }, k) =>
      k === i || drawn.behind.includes(k)
        ? [{ service: k, targetPorts: ports.map((_, port) => 8080 + port) }]
        : [],
    ),
    concurrency: drawn.concurrency,
    serviceTime: drawn.serviceTime(pace),
  };
}

/** A workload that nobody calls, and whose pods come and go: kube-proxies have changes to write. */
function withRestless(made: Plan, { length }: Pace): Plan {
  const [service] = made.services;
  const [workload] = made.workloads;
  return {
    ...made,
    services: [
      ...made.services,
      { ...service!, name: 'restless', label: 'restless', clusterIP: '10.96.0.99' },
    ],
    workloads: [
      ...made.workloads,
      {
        ...workload!,
        name: 'deployment/restless',
        podNamePrefix: 'restless-',
        pods: workload!.pods.slice(0, 4).map((pod, i) => ({
          ...pod,
          name: `restless-${i}`,
          ip: `10.244.8.${i + 1}`,
        })),
        memberships: [
          { service: made.services.length, targetPorts: service!.ports.map(() => 8080) },
        ],
        readinessFlap: {
          every: exponential(ns(Math.max(ms(100), Math.ceil(length / 10)))),
          lasts: constant(ns(Math.max(ms(50), Math.ceil(length / 20)))),
        },
      },
    ],
  };
}

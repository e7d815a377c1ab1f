/** Any plan, without what the express lane does not do: so whatever is new in plans comes here by itself. */
import fc from 'fast-check';
import type { Distribution, Plan, PlannedClient } from '../../../src/contract/plan.ts';
import { anyPlan } from '../any-plan/any-plan.ts';
import { constant, exponential, ms, ns, PLAIN_CONTAINER, poisson, sec, us } from '../plans.ts';

/** Constants that meet again, so that instants tie. */
const hop: fc.Arbitrary<Distribution> = fc.constantFrom(
  constant(ns(0)),
  constant(us(100)),
  constant(ms(2)),
  constant(ms(5)),
);

const ports: fc.Arbitrary<PlannedClient['ports']> = fc.oneof(
  fc.constant(null),
  fc.record({
    first: fc.constant(1),
    last: fc.integer({ min: 50, max: 2000 }),
    timeWait: fc.constantFrom(ns(0), ms(100)),
  }),
);

/** Ties all the time: arrivals and services in step with the hops. */
const inStep: fc.Arbitrary<Partial<PlannedClient>> = fc.record({
  arrival: fc
    .constantFrom(10, 100, 125, 200, 250, 500)
    .map((rate) => ({ kind: 'constant' as const, rate })),
});

/** Those of the plan, without the ones that make calls of pods. */
const ownOf = ({ clients }: Plan): readonly PlannedClient[] =>
  clients.filter(({ origin }) => origin === null);

export const quietPlanOfAny: fc.Arbitrary<Plan> = fc
  .record({
    plan: anyPlan,
    clients: fc.array(fc.record({ ports, step: fc.option(inStep, { nil: {}, freq: 2 }) }), {
      minLength: 2,
      maxLength: 2,
    }),
    hops: fc.option(fc.record({ sameNode: hop, sameZone: hop, crossZone: hop, external: hop }), {
      nil: {},
    }),
    serviceTime: fc.oneof(
      fc.constantFrom(constant(ns(0)), constant(ms(2)), constant(ms(5)), constant(ms(10))),
      fc.constantFrom(exponential(us(100)), exponential(ms(5)), exponential(ms(40))),
    ),
    synTimeout: fc.constantFrom(ms(4), ms(131_000)),
    tracked: fc.constantFrom(null, null, 30, 1e6),
  })
  .map(({ plan, clients, hops, serviceTime, synTimeout, tracked }) => ({
    ...plan,
    timeline: [],
    autoscalers: [],
    services: plan.services.map((service) => ({
      ...service,
      clusterIP: service.clusterIP ?? '10.96.0.10',
      internalTrafficPolicy: 'Cluster' as const,
    })),
    network: { ...plan.network, ...hops, synTimeout },
    proxies: plan.proxies.map((proxy) => ({
      ...proxy,
      conntrack: { ...proxy.conntrack, max: tracked },
    })),
    workloads: plan.workloads.map((workload) => ({
      ...workload,
      calls: null,
      ...PLAIN_CONTAINER,
      // Nearly always somebody serves.
      pods: workload.pods.map((pod, i) => ({ ...pod, ready: i === 0 || pod.ready })),
      serviceTime,
      queueLimit: null,
      shedding: null,
      backlog: null,
      errorRate: 0,
      readinessFlap: null,
      crash: null,
    })),
    clients: ownOf(plan).map((client, i) => ({
      ...client,
      arrival: client.arrival.kind === 'closed' ? poisson(60) : client.arrival,
      deadline: null,
      ...clients[i]!.step,
      replicas: client.replicas.map(({ ip, node }) => ({ ip, node: node ?? 1 })),
      target: { kind: 'servicePort' as const, service: 0, port: 0 },
      protocol: 'TCP' as const,
      via: null,
      // Names that resolve, if with patience.
      resolver: client.resolver && { ...client.resolver, timeout: sec(5), attempts: 5 },
      connection: { mode: 'PerRequest' as const },
      mesh: null,
      balancer: null,
      connectTimeout: null,
      timeout: null,
      retry: null,
      hedge: null,
      session: null,
      circuitBreaker: null,
      concurrencyLimit: null,
      ports: clients[i]!.ports,
    })),
  }));

/** Plans of any kind that a scenario may lead to, small enough to run by the hundred. */
import fc from 'fast-check';
import type { Duration } from '../../src/base/time.ts';
import type {
  BalancingPolicy,
  CircuitBreakerPolicy,
  ConcurrencyLimitPolicy,
  ConnectionPolicy,
  Distribution,
  HashKey,
  HedgePolicy,
  Plan,
  PlannedAutoscaler,
  PlannedBalancer,
  PlannedCall,
  PlannedCalls,
  PlannedChurn,
  PlannedClient,
  PlannedDns,
  PlannedProxy,
  PlannedResolver,
  PlannedShedding,
  PlannedWay,
  PlannedWorkload,
  TimelineAction,
} from '../../src/contract/plan.ts';
import { ERROR_CAUSES, NO_ARRIVALS, PROXY_MODES } from '../../src/contract/plan.ts';
import { DEPLOYMENT, SCALE_DOWN, SCALE_UP, STATEFUL_SET } from '../../src/scenario/defaults.ts';
import {
  at,
  constant,
  exponential,
  FREE,
  FREE_SYNC,
  ms,
  ns,
  plan,
  POD_NODE,
  retry,
  sec,
  synOf,
  us,
  type Asks,
} from './plans.ts';
import { madeTrace } from './made-traces.ts';

/** Zero more often than not far from it: delays of nothing take other ways through the code. */
const delay = (max: Duration): fc.Arbitrary<Duration> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(ns(0)) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max }).map((value) => ns(value)) },
  );

const distribution = (max: Duration): fc.Arbitrary<Distribution> =>
  fc.oneof(
    delay(max).map(constant),
    fc.integer({ min: 1, max }).map((mean) => exponential(ns(mean))),
  );

const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null });

/** What plans without it must not notice. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

const connection: fc.Arbitrary<ConnectionPolicy> = fc.oneof(
  fc.constant<ConnectionPolicy>({ mode: 'PerRequest' }),
  fc.record({
    mode: fc.constantFrom('KeepAlive' as const, 'Multiplexed' as const),
    pool: fc.integer({ min: 1, max: 4 }),
    reuse: fc.constantFrom('Lifo' as const, 'Fifo' as const, 'Random' as const),
    maxRequests: orNull(fc.integer({ min: 1, max: 5 })),
    maxAge: orNull(fc.integer({ min: 1, max: 5e8 }).map(ns)),
    maxAgeJitter: fc.constantFrom(0, 0.1, 1),
    warmUp: fc.constantFrom(0, 0, 1),
    idleTimeout: orNull(fc.integer({ min: 1, max: 1e8 }).map(ns)),
  }),
);

const share = fc.constantFrom(0.1, 0.5, 1);
const bounds = fc
  .array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 3 })
  .map((places) => places.toSorted((a, b) => a - b))
  .map(([min, initial, max]) => ({ min: min!, initial: initial!, max: max! }));

const shedding: fc.Arbitrary<PlannedShedding> = fc.oneof(
  fc.record({
    kind: fc.constant('queueTime' as const),
    limit: delay(ms(30)),
    at: fc.constantFrom('Arrival' as const, 'Turn' as const),
  }),
  fc.record({
    kind: fc.constant('codel' as const),
    law: fc.constantFrom('RFC8289' as const, 'FailAtScale' as const),
    target: delay(ms(5)),
    interval: fc.integer({ min: 1, max: 2e7 }).map(ns),
    lifo: fc.boolean(),
  }),
);

const hedge: fc.Arbitrary<HedgePolicy> = fc.record({
  maxAttempts: fc.integer({ min: 2, max: 4 }),
  after: delay(ms(30)),
  nonFatal: fc.subarray([...ERROR_CAUSES]),
  budget: orNull(fc.double({ min: 0, max: 1, noNaN: true })),
  serviceTime: fc.constantFrom('Redrawn' as const, 'Same' as const),
});

const circuitBreaker: fc.Arbitrary<CircuitBreakerPolicy> = fc.record({
  failureRate: share,
  slowCall: orNull(fc.record({ longerThan: delay(ms(20)), rate: share })),
  window: fc.oneof(
    fc.record({ kind: fc.constant('requests' as const), requests: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 2 }) }),
  ),
  minimumRequests: fc.integer({ min: 1, max: 9 }),
  open: fc.integer({ min: 1, max: 5e8 }).map(ns),
  halfOpenRequests: fc.integer({ min: 1, max: 5 }),
});

const concurrencyLimit: fc.Arbitrary<ConcurrencyLimitPolicy> = fc.record({
  limit: fc.oneof(
    fc.record({ kind: fc.constant('fixed' as const), max: fc.integer({ min: 1, max: 5 }) }),
    bounds.map((places) => ({
      kind: 'aimd' as const,
      ...places,
      backoffRatio: 0.7,
      timeout: ms(20),
    })),
    bounds.map((places) => ({
      kind: 'gradient2' as const,
      ...places,
      rttTolerance: 1.5,
      smoothing: 0.2,
      longWindow: 50,
      queueSize: 1,
    })),
  ),
  queue: fc.integer({ min: 0, max: 4 }),
});

const client = (nodes: number): fc.Arbitrary<Partial<PlannedClient>> =>
  fc
    .record({
      protocol: fc.constantFrom('TCP' as const, 'TCP' as const, 'UDP' as const),
      replicas: fc
        .array(orNull(fc.integer({ min: 0, max: nodes - 1 })), { minLength: 1, maxLength: 3 })
        .map((homes) => homes.map((node, i) => ({ ip: `10.244.9.${i + 1}`, node }))),
      target: fc.oneof(
        {
          weight: 8,
          arbitrary: fc.constant({ kind: 'servicePort', service: 0, port: 0 } as const),
        },
        {
          weight: 1,
          arbitrary: fc.constant({ kind: 'unknownPort', service: 0, port: 81 } as const),
        },
        {
          weight: 1,
          arbitrary: fc.constant({ kind: 'unknownAddress', ip: '10.96.9.9', port: 80 } as const),
        },
      ),
      arrival: fc.oneof(
        fc.integer({ min: 1, max: 200 }).map((rate) => ({ kind: 'poisson' as const, rate })),
        fc.integer({ min: 1, max: 200 }).map((rate) => ({ kind: 'constant' as const, rate })),
        fc.integer({ min: 1e6, max: 1e9 }).map((mean) => ({
          kind: 'renewal' as const,
          interarrival: { kind: 'gamma' as const, mean: ns(mean), cv: 2 },
        })),
        fc.record({
          kind: fc.constant('closed' as const),
          users: fc.integer({ min: 1, max: 12 }),
          think: fc.constantFrom(constant(ms(50)), exponential(ms(200))),
        }),
        fc.record({
          kind: fc.constant('onOff' as const),
          on: fc.constantFrom(constant(ms(100)), exponential(ms(300))),
          off: fc.constantFrom(constant(ms(0)), exponential(ms(300))),
          rate: fc.integer({ min: 1, max: 200 }),
        }),
        fc.record({
          kind: fc.constant('daily' as const),
          period: fc.constantFrom(ms(700), sec(10)),
          origin: fc.integer({ min: -2e9, max: 2e9 }),
          points: fc.constant([
            { at: ms(100), rate: 200 },
            { at: ms(600), rate: 0 },
          ]),
        }),
        fc
          .tuple(
            fc.constantFrom('steps' as const, 'ramp' as const),
            fc.uniqueArray(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 4 }),
            fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 4, maxLength: 4 }),
          )
          .map(([kind, moments, rates]) => ({
            kind,
            points: moments
              .sort((a, b) => a - b)
              .map((moment, i) => ({ at: at(moment / 1000), rate: rates[i]! })),
          })),
      ),
      session: fc.option(
        fc.record({
          requests: fc.oneof(
            fc.record({
              kind: fc.constant('constant' as const),
              value: fc.integer({ min: 1, max: 4 }),
            }),
            fc.constant({ kind: 'geometric' as const, mean: 3 }),
            fc.constant({ kind: 'uniform' as const, min: 1, max: 5 }),
          ),
          think: distribution(ms(200)),
          onError: fc.constantFrom('Continue' as const, 'End' as const),
        }),
        { nil: null, freq: 1 },
      ),
      connection,
      connectTimeout: orNull(fc.integer({ min: 1, max: 3e8 }).map(ns)),
      timeout: orNull(fc.integer({ min: 1, max: 3e8 }).map(ns)),
      retry: orNull(
        fc.record({
          attempts: fc.integer({ min: 1, max: 4 }),
          on: fc.subarray([...ERROR_CAUSES]),
          backoff: fc.record({
            base: delay(ms(20)),
            factor: fc.integer({ min: 1, max: 3 }),
            max: orNull(delay(ms(50))),
            jitter: fc.constantFrom('None' as const, 'Full' as const, 'Equal' as const),
          }),
          budget: orNull(fc.double({ min: 0, max: 1, noNaN: true })),
        }),
      ),
      hedge: rarely(hedge),
      circuitBreaker: rarely(circuitBreaker),
      concurrencyLimit: rarely(concurrencyLimit),
      ports: orNull(
        fc.record({
          first: fc.constant(1),
          last: fc.integer({ min: 1, max: 20 }),
          timeWait: delay(ms(300)),
        }),
      ),
    })
    // Nobody waits for a lost datagram for ever.
    .map((made) => (made.protocol === 'UDP' ? { ...made, timeout: made.timeout ?? ms(200) } : made))
    // A client either tries again or hedges.
    .map((made) => (made.hedge === null ? made : { ...made, retry: null }));

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
const policy: fc.Arbitrary<BalancingPolicy> = fc.constantFrom(
  { kind: 'pick_first' as const },
  { kind: 'round_robin' as const },
  { kind: 'random' as const },
  { kind: 'least_request' as const, choices: 2 },
  { kind: 'least_request' as const, choices: Infinity },
  { kind: 'ring_hash' as const, minRingSize: 16, maxRingSize: 64 },
  { kind: 'maglev' as const, tableSize: 13 },
);

const balancer: fc.Arbitrary<PlannedBalancer> = fc.record({
  policy,
  key: orNull(
    fc.constantFrom<HashKey>({ kind: 'clientIp' }, { kind: 'request', keys: 9, skew: 1 }),
  ),
  resolution: fc.record({
    onDisconnect: fc.boolean(),
    minInterval: delay(ms(300)),
    every: orNull(fc.integer({ min: 1e7, max: 5e8 }).map(ns)),
  }),
  connectBackoff: fc.record({
    base: fc.integer({ min: 1e6, max: 5e8 }).map(ns),
    factor: fc.constant(1.6),
    jitter: fc.constantFrom(0, 0.2),
    max: fc.constant(sec(2)),
  }),
  outlierDetection: orNull(
    fc.record({
      consecutiveFailures: orNull(fc.integer({ min: 1, max: 3 })),
      interval: fc.integer({ min: 1e7, max: 5e8 }).map(ns),
      baseEjectionTime: fc.integer({ min: 1e6, max: 5e8 }).map(ns),
      maxEjectionTime: fc.constant(ms(600)),
      maxEjection: fc.constantFrom(0.1, 0.5, 1),
      failurePercentage: orNull(fc.constant({ threshold: 0.5, minimumHosts: 1, requestVolume: 1 })),
      successRate: orNull(fc.constant({ stdevFactor: 1, minimumHosts: 2, requestVolume: 1 })),
    }),
  ),
  hostSelectionRetries: fc.integer({ min: 0, max: 2 }),
});

interface Asked {
  readonly facts: Asks;
  readonly headless: boolean;
  /** Of clients over TCP, where the Service is headless. */
  readonly balancers: readonly (PlannedBalancer | null)[];
  readonly ways: readonly (PlannedWay | null)[];
}

const asked: fc.Arbitrary<Asked> = fc.record({
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

function withAsked(made: Plan, { balancers, facts, headless, ways }: Asked): Plan {
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

const churn: fc.Arbitrary<PlannedChurn> = fc.record({
  every: fc.integer({ min: 1e6, max: 1e9 }).map((mean) => exponential(ns(mean))),
  lasts: distribution(ms(500)),
});

const probe = fc.record({
  handler: fc.constantFrom('httpGet' as const, 'tcpSocket' as const, 'exec' as const),
  initialDelay: delay(ms(300)),
  period: fc.integer({ min: 1e6, max: 5e8 }).map(ns),
  timeout: fc.integer({ min: 1e6, max: 6e8 }).map(ns),
  failureThreshold: fc.integer({ min: 1, max: 3 }),
  terminationGracePeriod: orNull(delay(ms(500))),
});
const anySuccess = probe.chain((made) =>
  fc.integer({ min: 1, max: 3 }).map((successThreshold) => ({ ...made, successThreshold })),
);
const oneSuccess = probe.map((made) => ({ ...made, successThreshold: 1 }));

/** How a container starts, is probed, and ends. */
const container: fc.Arbitrary<
  Pick<PlannedWorkload, 'probes' | 'imagePull' | 'warmUp' | 'onTerminate'>
> = fc.record({
  probes: fc.record({
    readiness: orNull(anySuccess),
    liveness: orNull(oneSuccess),
    startup: orNull(oneSuccess),
    readyWithoutProbe: fc.constantFrom('Serving' as const, 'Running' as const),
  }),
  imagePull: orNull(distribution(ms(300))),
  warmUp: orNull(
    fc.record({
      lasts: delay(ms(500)),
      slowdown: fc.double({ min: 1, max: 5, noNaN: true }),
    }),
  ),
  onTerminate: orNull(
    fc.record({
      process: fc.constantFrom('Exit' as const, 'Finish' as const, 'Serve' as const),
      lasts: orNull(delay(ms(400))),
      closesConnections: fc.boolean(),
    }),
  ),
});

const server: fc.Arbitrary<Partial<PlannedWorkload>> = fc.record({
  controller: fc.constantFrom(DEPLOYMENT, STATEFUL_SET, { kind: 'None' as const }),
  serviceTime: distribution(ms(50)),
  concurrency: fc.integer({ min: 1, max: 3 }),
  cpuShare: fc.constantFrom(0, 0, 0.5, 1),
  cpuRequest: orNull(fc.integer({ min: 1, max: 1000 }).map((milli) => milli / 1000)),
  cpuLimit: orNull(fc.integer({ min: 20, max: 1000 }).map((milli) => milli / 1000)),
  queueLimit: orNull(fc.integer({ min: 0, max: 4 })),
  shedding: rarely(shedding),
  backlog: fc.option(fc.integer({ min: 0, max: 4 }), { nil: null, freq: 4 }),
  errorRate: fc.constantFrom(0, 0.3, 1),
  startUp: distribution(ms(500)),
  preStop: delay(ms(500)),
  terminationGracePeriod: delay(ms(1000)),
  readinessFlap: orNull(churn),
  crash: orNull(churn),
});

const workload: fc.Arbitrary<Partial<PlannedWorkload>> = fc
  .tuple(server, orNull(container))
  .map(([made, started]) => ({ ...made, ...started }));

const proxy: fc.Arbitrary<Partial<PlannedProxy>> = fc.record({
  minSyncPeriod: delay(ms(400)),
  syncPeriod: fc.integer({ min: 1e7, max: 4e8 }).map(ns),
  burst: fc.integer({ min: 1, max: 2 }),
  maxInterval: orNull(fc.integer({ min: 1e7, max: 1e9 }).map(ns)),
  fullSyncPeriod: orNull(delay(ms(1000))),
  syncFailure: fc.constantFrom(0, 0.3, 1),
  otherServices: fc.integer({ min: 0, max: 2000 }),
  conntrack: fc.record({
    max: orNull(fc.integer({ min: 1, max: 20 })),
    timeWait: delay(ms(300)),
    close: delay(ms(200)),
    synSent: delay(ms(1500)),
    udpTimeout: delay(ms(300)),
    udpStreamTimeout: delay(ms(600)),
    tcpEstablishedTimeout: fc.oneof(delay(ms(50)), fc.constant(sec(86_400))),
  }),
});

const network: fc.Arbitrary<Partial<Plan['network']>> = fc
  .record({
    linearTimeouts: fc.constantFrom(0, 4),
    podGone: fc.record({
      answer: fc.constantFrom('unreachable' as const, 'none' as const),
      after: delay(ms(300)),
    }),
    // Shorter than a hop, too: a handshake that the kernel gives up before its first answer can come.
    synTimeout: fc.oneof(delay(ms(8)), fc.constantFrom(ms(300), ms(1500), ms(131_000))),
    icmpRateLimit: orNull(
      fc.record({ interval: delay(ms(500)), burst: fc.integer({ min: 1, max: 6 }) }),
    ),
  })
  .map(({ linearTimeouts, ...rest }) => ({ ...synOf(6, linearTimeouts), ...rest }));

const action: fc.Arbitrary<TimelineAction> = fc
  .tuple(
    fc.integer({ min: 0, max: 2200 }).map((moment) => at(moment / 1000)),
    fc.oneof(
      fc.record({
        kind: fc.constant('setReady' as const),
        pod: orNull(fc.integer({ min: 0, max: 3 }).map((i) => `backend-${i}`)),
        ready: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('scale' as const), replicas: fc.integer({ min: 0, max: 5 }) }),
      fc.record({
        kind: fc.constant('deletePod' as const),
        pod: fc.integer({ min: 0, max: 3 }).map((i) => `backend-${i}`),
      }),
    ),
  )
  .map(([moment, what]) => ({ at: moment, workload: 0, ...what }));

const nodeCache = (serviceTime: Distribution): PlannedDns['nodeCache'] => ({
  serviceTime,
  concurrency: 1,
  success: ms(500),
  denial: ms(50),
});

const dns: fc.Arbitrary<Pick<PlannedDns, 'ttl' | 'race' | 'nodeCache'> & PlannedResolver> =
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
function withDns(
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

/** What the pods of the plan call: those of another Service, and perhaps themselves again. */
interface AnyCalls {
  readonly whileCalling: PlannedCalls['whileCalling'];
  readonly first: readonly Partial<PlannedCall>[];
  readonly second: Partial<PlannedCall> | null;
  readonly again: number;
  readonly at: number;
  readonly client: Partial<PlannedClient>;
  readonly deadline: Duration | null;
}

const call: fc.Arbitrary<Partial<PlannedCall>> = fc.record({
  probability: fc.constantFrom(1, 1, 0.4),
  times: fc.integer({ min: 1, max: 2 }),
  fanOut: fc.integer({ min: 1, max: 3 }),
  onError: fc.constantFrom('Fail' as const, 'Ignore' as const),
  propagateDeadline: fc.boolean(),
});

/** After an answer that says that something failed. */
const RETRY_ONCE = retry({ attempts: 1, on: ['500', '503', '502', '504', 'timeout'] });

const patience = orNull(fc.integer({ min: 1, max: 3e8 }).map(ns));

const calls: fc.Arbitrary<AnyCalls> = fc.record({
  whileCalling: fc.constantFrom('Hold' as const, 'Release' as const),
  first: fc.array(call, { minLength: 1, maxLength: 2 }),
  second: orNull(call),
  again: fc.constantFrom(0, 0, 0.3),
  at: fc.constantFrom(0, 0.5, 1),
  client: fc.record({
    connection,
    timeout: patience,
    deadline: patience,
    retry: orNull(fc.constant(RETRY_ONCE)),
  }),
  deadline: patience,
});

function withCalls(made: Plan, any: AnyCalls | null): Plan {
  if (any === null) return made;
  const [backend] = made.services;
  const [only] = made.workloads;
  const inner = made.services.length;
  const base = plan().clients[0]!;
  const clientTo = (service: number, name: string): PlannedClient => ({
    ...base,
    // Whoever waits for itself may wait for ever.
    timeout: ms(200),
    ...(service === inner && any.client),
    name,
    origin: 0,
    replicas: [],
    arrival: NO_ARRIVALS,
    target: { kind: 'servicePort', service, port: 0 },
  });
  const first = made.clients.length;
  const plain: PlannedCall = {
    client: first,
    probability: 1,
    times: 1,
    fanOut: 1,
    onError: 'Fail',
    propagateDeadline: true,
  };
  const loops = any.again > 0 && backend!.clusterIP !== null && any.whileCalling === 'Release';
  return {
    ...made,
    services: [
      ...made.services,
      {
        ...backend!,
        ...plan().services[0]!,
        name: 'inner',
        label: 'inner',
        clusterIP: '10.96.0.77',
      },
    ],
    workloads: [
      {
        ...only!,
        calls: {
          whileCalling: any.whileCalling,
          steps: [
            { at: any.at, parallel: any.first.map((one) => ({ ...plain, ...one })) },
            ...(any.second === null ? [] : [{ at: 1, parallel: [{ ...plain, ...any.second }] }]),
            ...(loops
              ? [{ at: 1, parallel: [{ ...plain, client: first + 1, probability: any.again }] }]
              : []),
          ],
        },
      },
      ...made.workloads.slice(1),
      {
        ...plan().workloads[0]!,
        name: 'deployment/inner',
        podNamePrefix: 'inner-',
        memberships: [{ service: inner, targetPorts: [8080] }],
        pods: [0, 1].map((i) => ({
          name: `inner-${i}`,
          ip: `10.244.77.${i + 1}`,
          node: i,
          ready: true,
          terminating: false,
          hints: null,
        })),
        errorRate: 0.1,
        queueLimit: 20,
      },
    ],
    clients: [
      ...made.clients.map((one) => ({ ...one, deadline: any.deadline })),
      clientTo(inner, 'backend->inner'),
      ...(loops ? [clientTo(0, 'backend->backend')] : []),
    ],
  };
}

const restart: fc.Arbitrary<TimelineAction> = fc.record({
  kind: fc.constant('kubeProxyRestart' as const),
  at: fc.integer({ min: 0, max: 2200 }).map((moment) => at(moment / 1000)),
  node: orNull(fc.integer({ min: 0, max: 2 })),
  lasts: delay(ms(500)),
});

/** One that looks again and again even in runs this short. */
const autoscaler: fc.Arbitrary<PlannedAutoscaler> = fc
  .record({
    minReplicas: fc.integer({ min: 1, max: 3 }),
    more: fc.integer({ min: 0, max: 4 }),
    metrics: fc.array(
      fc.record({
        kind: fc.constantFrom(
          'CpuUtilization' as const,
          'CpuAverage' as const,
          'RequestsPerSecond' as const,
          'RequestsInFlight' as const,
          'QueueLength' as const,
        ),
        target: fc.constantFrom(0.1, 1, 20),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    hasBehavior: fc.boolean(),
    syncPeriod: fc.integer({ min: 1e8, max: 8e8 }).map(ns),
    metricsPeriod: fc.integer({ min: 1e8, max: 8e8 }).map(ns),
    delay: delay(ms(500)),
  })
  .map(({ minReplicas, more, delay: any, ...rest }) => ({
    ...rest,
    name: 'backend',
    namespace: 'default',
    workload: 0,
    minReplicas,
    maxReplicas: minReplicas + more,
    scaleUp: { ...SCALE_UP, tolerance: 0.1 },
    scaleDown: { ...SCALE_DOWN, tolerance: 0.1, stabilizationWindow: any },
    cpuInitializationPeriod: any,
    initialReadinessDelay: any,
  }));

/** Only a controller scales. */
const isPossible = (one: TimelineAction, { controller }: Partial<PlannedWorkload>): boolean =>
  one.kind !== 'scale' || controller?.kind !== 'None';

/** A plan of 2.5 simulated seconds, half a second of them warm-up. */
export const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    mode: fc.constantFrom(...PROXY_MODES),
    scheduler: fc.constantFrom('rr', 'lc'),
    pods: fc.integer({ min: 0, max: 4 }),
    clientNodes: fc.constant(2),
    hop: delay(ms(5)),
    lag: delay(ms(100)),
    warmUp: fc.constantFrom(0, 0.5),
    duration: fc.constant(2),
    windows: fc.constant([{ name: 'middle', from: at(1), to: at(1.7) }]),
    cost: fc.boolean(),
    proxy,
    workload,
    clients: fc.array(client(3), { minLength: 1, maxLength: 2 }),
    timeline: fc.array(fc.oneof({ weight: 4, arbitrary: action }, restart), { maxLength: 5 }),
    network,
    unready: fc.integer({ min: 0, max: 4 }),
    dns: orNull(dns),
    asks: orNull(asked),
    hpa: orNull(autoscaler),
    inner: orNull(calls),
  })
  .map(({ cost, unready, clients, dns: names, asks, hpa, inner, ...options }) => {
    const sync = { ...FREE_SYNC, base: ms(20), perService: us(1), perChangedEndpoint: us(50) };
    const syncs = { fullSync: sync, partialSync: sync };
    const base = { kind: 'uniform' as const, min: us(4), max: us(9) };
    const costs = {
      iptables: {
        ...FREE.iptables,
        ...syncs,
        base,
        perServiceRule: 5.5,
        perServiceRuleCold: 22.4,
        perServiceRuleColdFirst: 40,
        coldFirstRules: 100,
        coldShare: 0.3,
        cachedRules: 700,
        perEndpointRule: 22.4,
      },
      nftables: { ...FREE.nftables, ...syncs, base },
      ipvs: { ...syncs, base },
      ebpf: { ...syncs, base },
    };
    const made = plan({
      ...options,
      timeline: options.timeline.filter((one) => isPossible(one, options.workload)),
      clients: clients.map((one, i) => ({ ...one, name: `client-${i}` })),
      ...(cost && { costs }),
    });
    const [only] = made.workloads;
    const pods = only!.pods.map((pod, i) => ({
      ...pod,
      ready: i >= unready,
      node: i % 2 === 0 ? POD_NODE : 1,
    }));
    const autoscalers = hpa !== null && only!.controller.kind !== 'None' ? [hpa] : [];
    const named = withDns({ ...made, autoscalers, workloads: [{ ...only!, pods }] }, names);
    return withCalls(asks === null ? named : withAsked(named, asks), inner);
  });

const request = fc.record({
  at: fc.integer({ min: 0, max: 3000 }),
  client: fc.constantFrom('web', 'other'),
  demand: fc.option(fc.integer({ min: 0, max: 50 }), { nil: '' }),
});

/** Requests of a trace, which some clients share with others. */
const traceArrival: fc.Arbitrary<PlannedClient['arrival']> = fc
  .record({
    rows: fc.array(request, { minLength: 1, maxLength: 200 }),
    isShared: fc.boolean(),
    speed: fc.constantFrom(0.3, 1, 7),
    repeat: fc.constantFrom(null, ms(3100)),
  })
  .map(({ rows, isShared, speed, repeat }) => {
    const lines = rows
      .sort((a, b) => a.at - b.at)
      .map((row) => `${row.at},${row.client},${row.demand}`);
    const trace = madeTrace(['at_ms,client,service_time_ms', ...lines].join('\n'));
    return {
      kind: 'trace' as const,
      trace,
      client: isShared ? 0 : -1,
      rows: rows.length,
      from: at(0.2),
      speed,
      repeat,
      points: [],
    };
  });

/** The same with traces, which whoever runs them opens. */
export const anyPlanWithTraces: fc.Arbitrary<Plan> = fc
  .tuple(anyPlan, fc.option(traceArrival, { nil: null }))
  .map(([plan, arrival]) =>
    arrival === null
      ? plan
      : {
          ...plan,
          clients: plan.clients.map((client, i) => (i === 0 ? { ...client, arrival } : client)),
        },
  );

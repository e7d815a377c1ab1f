/** Generated plans whose pods call others. */
import fc from 'fast-check';
import type { Duration } from '../../../src/base/time.ts';
import type {
  Plan,
  PlannedBalancer,
  PlannedCall,
  PlannedCalls,
  PlannedClient,
} from '../../../src/contract/plan.ts';
import { NO_ARRIVALS } from '../../../src/contract/plan.ts';
import { ms, ns, plan, retry } from '../plans.ts';
import { balancer } from './balancer.ts';
import { connection } from './client.ts';
import { circuitBreaker, concurrencyLimit, hedge } from './defences.ts';
import { orNull, rarely } from './values.ts';

/** What the pods of the plan call: those of another Service, and perhaps themselves again. */
interface AnyCalls {
  readonly whileCalling: PlannedCalls['whileCalling'];
  readonly first: readonly Partial<PlannedCall>[];
  readonly second: Partial<PlannedCall> | null;
  readonly again: number;
  readonly at: number;
  readonly client: Partial<PlannedClient>;
  /** The Service that they call is headless then. */
  readonly balancer: PlannedBalancer | null;
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

export const calls: fc.Arbitrary<AnyCalls> = fc.record({
  whileCalling: fc.constantFrom('Hold' as const, 'Release' as const),
  first: fc.array(call, { minLength: 1, maxLength: 2 }),
  second: orNull(call),
  again: fc.constantFrom(0, 0, 0.3),
  at: fc.constantFrom(0, 0.5, 1),
  client: fc
    .record({
      connection,
      timeout: patience,
      deadline: patience,
      retry: orNull(fc.constant(RETRY_ONCE)),
      hedge: rarely(hedge),
      circuitBreaker: rarely(circuitBreaker),
      concurrencyLimit: rarely(concurrencyLimit),
    })
    // Whoever calls either tries again or hedges.
    .map((made) => (made.hedge === null ? made : { ...made, retry: null })),
  balancer: fc.option(balancer, { nil: null, freq: 2 }),
  deadline: patience,
});

export function withCalls(made: Plan, any: AnyCalls | null): Plan {
  if (any === null) return made;
  const [backend] = made.services;
  const [only] = made.workloads;
  const inner = made.services.length;
  const base = plan().clients[0]!;
  const isHeadless = (service: number): boolean => service === inner && any.balancer !== null;
  const clientTo = (service: number, name: string): PlannedClient => ({
    ...base,
    // Whoever waits for itself may wait for ever.
    timeout: ms(200),
    ...(service === inner && { ...any.client, balancer: any.balancer }),
    name,
    origin: 0,
    replicas: [],
    arrival: NO_ARRIVALS,
    target: { kind: isHeadless(service) ? 'headless' : 'servicePort', service, port: 0 },
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
        clusterIP: isHeadless(inner) ? null : '10.96.0.77',
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

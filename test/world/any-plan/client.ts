/** Generated clients: arrivals, sessions, connections, retries. */
import fc from 'fast-check';
import type { ConnectionPolicy, PlannedClient } from '../../../src/contract/plan.ts';
import { ERROR_CAUSES } from '../../../src/contract/plan.ts';
import { at, constant, exponential, ms, ns, sec } from '../plans.ts';
import { circuitBreaker, concurrencyLimit, hedge } from './defences.ts';
import { delay, distribution, orNull, rarely } from './values.ts';

export const connection: fc.Arbitrary<ConnectionPolicy> = fc.oneof(
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

export const client = (nodes: number): fc.Arbitrary<Partial<PlannedClient>> =>
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
        { nil: null, freq: 2 },
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

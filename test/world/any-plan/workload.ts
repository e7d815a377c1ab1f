/** Generated workloads: containers, probes, service times, what they shed. */
import fc from 'fast-check';
import type { PlannedChurn, PlannedShedding, PlannedWorkload } from '../../../src/contract/plan.ts';
import { DEPLOYMENT, STATEFUL_SET } from '../../../src/scenario/defaults.ts';
import { exponential, ms, ns } from '../plans.ts';
import { delay, distribution, orNull, rarely } from './values.ts';

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

export const workload: fc.Arbitrary<Partial<PlannedWorkload>> = fc
  .tuple(server, orNull(container))
  .map(([made, started]) => ({ ...made, ...started }));

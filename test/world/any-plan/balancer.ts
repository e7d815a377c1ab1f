/** Generated balancers of clients. */
import fc from 'fast-check';
import type { BalancingPolicy, HashKey, PlannedBalancer } from '../../../src/contract/plan.ts';
import { ms, ns, sec } from '../plans.ts';
import { delay, orNull } from './values.ts';

const policy: fc.Arbitrary<BalancingPolicy> = fc.constantFrom(
  { kind: 'pick_first' as const },
  { kind: 'round_robin' as const },
  { kind: 'random' as const },
  { kind: 'least_request' as const, choices: 2 },
  { kind: 'least_request' as const, choices: Infinity },
  { kind: 'ring_hash' as const, minRingSize: 16, maxRingSize: 64 },
  { kind: 'maglev' as const, tableSize: 13 },
);

export const balancer: fc.Arbitrary<PlannedBalancer> = fc.record({
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

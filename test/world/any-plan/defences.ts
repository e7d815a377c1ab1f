/** What generated clients do against failure and overload. */
import fc from 'fast-check';
import type {
  CircuitBreakerPolicy,
  ConcurrencyLimitPolicy,
  HedgePolicy,
} from '../../../src/contract/plan.ts';
import { ERROR_CAUSES } from '../../../src/contract/plan.ts';
import { ms, ns } from '../plans.ts';
import { delay, orNull } from './values.ts';

const share = fc.constantFrom(0.1, 0.5, 1);
const bounds = fc
  .array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 3 })
  .map((places) => places.toSorted((a, b) => a - b))
  .map(([min, initial, max]) => ({ min: min!, initial: initial!, max: max! }));

export const hedge: fc.Arbitrary<HedgePolicy> = fc.record({
  maxAttempts: fc.integer({ min: 2, max: 4 }),
  after: delay(ms(30)),
  nonFatal: fc.subarray([...ERROR_CAUSES]),
  budget: orNull(fc.double({ min: 0, max: 1, noNaN: true })),
  serviceTime: fc.constantFrom('Redrawn' as const, 'Same' as const),
});

export const circuitBreaker: fc.Arbitrary<CircuitBreakerPolicy> = fc.record({
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

export const concurrencyLimit: fc.Arbitrary<ConcurrencyLimitPolicy> = fc.record({
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

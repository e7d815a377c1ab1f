import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../../src/world/simulate.ts';
import { anyPlan } from '../any-plan/any-plan.ts';
import { troubledPlan } from '../any-trouble.ts';
import { wrongTraces } from './wrong-traces.ts';
import { constant, ms, paced, plan, retry, sec } from '../plans.ts';

// Asked for more by hand after changes to the model.
const RUNS = Number(process.env['ANY_PLAN_RUNS'] ?? 60);
const SEED = 20_261_123;

describe('the traces of any plan', () => {
  for (const [name, plans] of [
    ['plan', anyPlan],
    ['trouble', troubledPlan],
  ] as const) {
    it(`add up to the nanosecond, and the run is the same with them (${name})`, () => {
      fc.assert(
        fc.property(plans, fc.integer({ min: 0, max: 2 ** 32 }), (plan, seed) => {
          const plain = simulate(plan, seed, { recordRequests: true });
          const all = Array.from({ length: plain.totals.issued }, (_, request) => request);
          const traced = simulate(plan, seed, { recordRequests: true, trace: all });
          // Of tries side by side one decides, be it not the last.
          const isSideBySide = plan.clients.some(({ hedge }) => hedge !== null);
          if (!isSideBySide) expect(wrongTraces(traced)).toEqual([]);
          expect(traced.traces).toHaveLength(traced.totals.issued);
          expect(traced.fingerprint).toEqual(plain.fingerprint);
          expect(traced.requests).toEqual(plain.requests);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    }, 240_000);
  }
});

describe('the traces of requests that are tried again after a timeout', () => {
  // The pod answers long after the client has left: attempts that were in vain stand for later requests.
  const asked = plan({
    client: {
      arrival: paced(20),
      timeout: ms(100),
      retry: retry({
        attempts: 1,
        backoff: { base: sec(1), factor: 2, max: null, jitter: 'None' },
      }),
    },
    workload: { concurrency: 100 },
    service: constant(ms(500)),
    duration: 5,
  });
  const result = simulate(asked, 1, {
    recordRequests: true,
    trace: Array.from({ length: 100 }, (_, request) => request),
  });

  it('tell the back-off from a wait for a connection, and add up', () => {
    expect(wrongTraces(result)).toEqual([]);
    for (const { spans } of result.traces!) {
      const between = spans.filter(({ fromNs, toNs }) => toNs - fromNs === 1e9);
      expect(between.map(({ part, attempt }) => [part, attempt])).toEqual([['retry', 1]]);
    }
  });

  it('call in vain what the pod does for a client that has left, and nothing else', () => {
    for (const { events, dueNs } of result.traces!) {
      for (const { atNs, inVain, place } of events) {
        const isAlone = place.kind === 'pod' && (atNs - dueNs) % 1.1e9 > 100e6;
        expect([atNs, inVain]).toEqual([atNs, isAlone]);
      }
    }
  });
});

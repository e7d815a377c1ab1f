import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LATENCY_PARTS } from '../../../src/contract/result.ts';
import type { RunResult } from '../../../src/contract/result.ts';
import type { RequestTrace } from '../../../src/contract/trace.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { anyPlan } from '../any-plan.ts';
import { troubledPlan } from '../any-trouble.ts';
import { constant, ms, paced, plan, retry, sec } from '../plans.ts';

// Asked for more by hand after changes to the model.
const RUNS = Number(process.env['ANY_PLAN_RUNS'] ?? 60);
const SEED = 20_261_123;

/** Time by part, as the spans of a trace have it: earlier tries and what came between are `retry`. */
function spent({ spans, end }: RequestTrace): number[] {
  const parts = LATENCY_PARTS.map(() => 0);
  for (const { part, attempt, fromNs, toNs } of spans) {
    const earlier = attempt < end!.attempts;
    parts[LATENCY_PARTS.indexOf(earlier ? 'retry' : part)]! += toNs - fromNs;
  }
  return parts;
}

/** Everything that is wrong with the traces of a run, in words. */
function wrongWith(result: RunResult): string[] {
  const wrong: string[] = [];
  const hold = (trace: RequestTrace, condition: boolean, what: string): void => {
    if (!condition)
      wrong.push(`request ${trace.request}: ${what}\n${JSON.stringify(trace, null, 1)}`);
  };
  const recorded = new Map(result.requests!.map((record) => [record.request, record]));
  for (const trace of result.traces!) {
    const { dueNs, end, events, request, spans } = trace;
    let upTo = dueNs;
    for (const { fromNs, toNs } of spans) {
      hold(trace, fromNs === upTo && toNs > fromNs, 'spans follow one another');
      upTo = toNs;
    }
    hold(trace, events[0]?.what === 'due', 'it begins when it is due');
    hold(
      trace,
      events.every(({ atNs }, i) => i === 0 || atNs >= events[i - 1]!.atNs),
      'events are in order',
    );
    const record = recorded.get(request);
    hold(trace, (record !== undefined) === (trace.isMeasured && end !== null), 'recorded');
    if (end === null) continue;
    hold(trace, upTo - dueNs === end.latencyNs, 'spans reach its end');
    hold(
      trace,
      spent(trace).join() === end.partsNs.join(),
      `parts: ${spent(trace)} ${end.partsNs}`,
    );
    hold(
      trace,
      events.some(({ what }) => what === 'ended'),
      'its end is an event',
    );
    if (record === undefined) continue;
    hold(trace, record.latencyNs === end.latencyNs, 'latency as recorded');
    hold(trace, record.outcome === end.outcome, 'outcome as recorded');
    hold(trace, record.attempts === end.attempts, 'attempts as recorded');
    hold(trace, record.partsNs.join() === end.partsNs.join(), 'parts as recorded');
  }
  return wrong.slice(0, 1);
}

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
          expect(wrongWith(traced)).toEqual([]);
          expect(traced.traces).toHaveLength(traced.totals.issued);
          expect(traced.fingerprint).toEqual(plain.fingerprint);
          expect(traced.requests).toEqual(plain.requests);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    }, 60_000);
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
    expect(wrongWith(result)).toEqual([]);
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

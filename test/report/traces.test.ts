import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chromeTrace } from '../../src/report/exports/chrome-trace.ts';
import type { ChromeEvent } from '../../src/report/exports/chrome-trace.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { traceStepText } from '../../src/report/text/trace-steps.ts';
import { traceLines } from '../../src/report/text/trace.ts';
import { simulate } from '../../src/world/simulate.ts';
import { anyPlan } from '../world/any-plan/any-plan.ts';
import { troubledPlan } from '../world/any-trouble.ts';

const RUNS = 20;
const SEED = 20_261_124;
/** Requests of each run that are looked at. */
const SOME = Array.from({ length: 40 }, (_, request) => request);
/** Sums of µs are off by less. */
const ROUNDING_US = 1e-3;

const threadOf = ({ pid, tid }: ChromeEvent): string => `${pid}/${tid}`;
const endOf = ({ ts, dur }: ChromeEvent): number => ts! + dur!;

/** What is wrong with a file by the rules of the format, in words. */
function wrongWith(events: readonly ChromeEvent[]): string[] {
  const wrong: string[] = [];
  const hold = (condition: boolean, what: string, event: ChromeEvent): void => {
    if (!condition) wrong.push(`${what}: ${JSON.stringify(event)}`);
  };
  const named = new Set(
    events.filter(({ name }) => name === 'thread_name').map((event) => threadOf(event)),
  );
  const processes = new Set(
    events.filter(({ name }) => name === 'process_name').map(({ pid }) => pid),
  );
  const slices = new Map<string, ChromeEvent[]>();
  for (const event of events) {
    if (event.ph !== 'X') continue;
    const thread = slices.get(threadOf(event)) ?? [];
    slices.set(threadOf(event), [...thread, event]);
  }
  for (const event of events) {
    const { ph, pid, tid, ts, dur, name } = event;
    hold(Number.isSafeInteger(pid) && Number.isSafeInteger(tid) && name !== '', 'identity', event);
    hold(processes.has(pid), 'its process has a name', event);
    if (ph === 'M') continue;
    hold(named.has(threadOf(event)), 'its thread has a name', event);
    hold(ts !== undefined && Number.isFinite(ts) && ts >= 0, 'a time', event);
    if (ph === 'X') hold(dur !== undefined && dur >= 0, 'a duration', event);
    if (ph === 'i') hold(event.s === 't', 'a scope', event);
    if (ph === 's' || ph === 'f') {
      const around = (slices.get(threadOf(event)) ?? []).some(
        (slice) => slice.ts! <= ts! + ROUNDING_US && endOf(slice) >= ts! - ROUNDING_US,
      );
      hold(around, 'an arrow begins and ends at slices', event);
      const ends = events.filter(({ id }) => id === event.id);
      hold(ends.map((end) => end.ph).join('') === 'sf', 'an arrow has two ends', event);
    }
  }
  for (const thread of slices.values()) {
    for (const [i, one] of thread.entries()) {
      for (const other of thread.slice(i + 1)) {
        const [first, second] = one.ts! <= other.ts! ? [one, other] : [other, one];
        const apart = second.ts! >= endOf(first) - ROUNDING_US;
        const within = endOf(second) <= endOf(first) + ROUNDING_US;
        const sameStart = Math.abs(first.ts! - second.ts!) <= ROUNDING_US;
        hold(apart || within || sameStart, `slices nest (${first.name})`, second);
      }
    }
  }
  return wrong.slice(0, 3);
}

describe('traces of any run', () => {
  for (const [name, plans] of [
    ['plan', anyPlan],
    ['trouble', troubledPlan],
  ] as const) {
    it(`make Chrome trace events by the rules of the format, and text (${name})`, () => {
      fc.assert(
        fc.property(plans, fc.integer({ min: 0, max: 2 ** 32 }), (plan, seed) => {
          const traces = simulate(plan, seed, { trace: SOME }).traces!;
          const { traceEvents } = chromeTrace(traces, { seed });
          expect(wrongWith(traceEvents)).toEqual([]);
          for (const trace of traces) {
            const text = traceLines(trace, PLAIN).join('\n');
            expect(text).not.toMatch(/undefined|NaN|null|Infinity/);
          }
        }),
        { numRuns: RUNS, seed: SEED },
      );
    }, 60_000);
  }
});

describe('a pick', () => {
  it('of a pod that takes no connections names the pod, apart from what the rules cost', () => {
    const text = traceStepText(
      {
        what: 'verdict',
        mode: 'iptables',
        verdict: 'forwarded',
        pod: 'cart-0',
        podTakes: false,
        endpoints: 5,
        position: 0,
        by: 'rules',
        scheduler: null,
        servers: [],
        costNs: 10_600,
        viewNs: null,
        changesBehind: 4,
        behindNs: 173e6,
      },
      1,
    );
    expect(text).toBe(
      'iptables picked cart-0, endpoint 1 of 5 (statistic rule, probability 20%), 10.6us in rules; ' +
        'cart-0 takes no connections; its view is 173ms old, 4 changes behind',
    );
  });
});

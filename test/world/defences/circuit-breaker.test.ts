/**
 * Circuit breakers: the machine of states against sequences that resilience4j's rules lead to, and runs in which a Service
 * dies and comes back.
 */
import { describe, expect, it } from 'vitest';
import type { CircuitBreakerPolicy } from '../../../src/contract/plan.ts';
import { CircuitBreaker } from '../../../src/world/traffic/defences/circuit-breaker.ts';
import { LastSeconds, LastTries } from '../../../src/world/traffic/defences/outcome-window.ts';
import { inconsistencies } from '../conservation.ts';
import { at, breaker, constant, ms, paced, plan, retry, sec } from '../plans.ts';
import { outcomes, part, record } from '../recorded.ts';

/**
 * What becomes of a breaker: `+` a good try, `-` a bad one, `s` a slow good one, `?` asks and begins one that goes on, `x`
 * one that is asked for and refused, `r` the end of one that says nothing, and a number: so many seconds go by. Each try takes no time.
 */
function drive(
  policy: Partial<CircuitBreakerPolicy>,
  steps: string,
): { state: string; open: number } {
  let now = 0;
  let open = 0;
  let since = 0;
  const machine = new CircuitBreaker(breaker(policy), (step, moment) => {
    if (step === 1) since = moment;
    else open += moment - since;
  });
  for (const step of steps.split(' ').flatMap((word) => (/\d/.test(word) ? [word] : [...word]))) {
    if (/\d/.test(step)) {
      now += Number(step) * 1e9;
    } else if (step === 'x') {
      expect(machine.lets(now), `${steps}: let through`).toBe(false);
    } else if (step === 'r') {
      machine.released();
    } else {
      if (step !== '!') expect(machine.lets(now), `${steps}: refused`).toBe(true);
      if (step !== '?') machine.ended(step === '-' || step === '!', step === 's' ? 2e9 : 0, now);
    }
  }
  return { state: machine.state, open };
}

describe('a circuit breaker', () => {
  it.each([
    // Closed: nothing follows from fewer than the minimum; at the share itself it opens.
    ['---------', {}, 'closed'],
    ['----------', {}, 'open'],
    ['+++++-----', {}, 'open'],
    ['++++++----', {}, 'closed'],
    // The window slides: ten of the past that went well are forgotten one by one.
    ['++++++++++ ----', {}, 'closed'],
    ['++++++++++ -----', {}, 'open'],
    // A minimum that the window cannot hold is the window.
    ['----------', { minimumRequests: 100 }, 'open'],
    // By slow calls alone.
    ['sssss+++++', { slowCall: { longerThan: sec(1), rate: 0.5 } }, 'open'],
    ['ssss++++++', { slowCall: { longerThan: sec(1), rate: 0.5 } }, 'closed'],
    ['ssss++++++', { slowCall: { longerThan: sec(2), rate: 0.1 } }, 'closed'],
    // Open: refuses everything for its time, whatever ends meanwhile.
    ['---------- xx 0.5 x 0.4 x', {}, 'open'],
    // Half open with the first that asks after its time, not before.
    ['---------- 1', {}, 'open'],
    ['---------- 1 ?', {}, 'halfOpen'],
    // It lets three through, and no fourth until they have ended.
    ['---------- 1 ???x', {}, 'halfOpen'],
    ['---------- 1 ???xrx', {}, 'refused'],
    // Decides by all three: one of three is below a half, two are not.
    ['---------- 1 -++', {}, 'closed'],
    ['---------- 1 --+', {}, 'open'],
    // Open again for the whole of its time.
    ['---------- 1 --- 0.9 x 0.1 ?', {}, 'halfOpen'],
    // What began when it was closed counts.
    ['????????---------- 1 ?!!!', {}, 'open'],
    // With a smaller minimum, it decides sooner.
    ['-- 1 -', { minimumRequests: 2 }, 'halfOpen'],
    ['-- 1 --', { minimumRequests: 2 }, 'open'],
    // After closing, the past is forgotten.
    ['---------- 1 +++ ---------', {}, 'closed'],
  ] as const)('after %s (%o) is %s', (steps, policy, state) => {
    if (state === 'refused') expect(() => drive(policy, steps)).toThrow('let through');
    else expect(drive(policy, steps).state).toBe(state);
  });

  it('tells how long it was open: until the first try after its time', () => {
    expect(drive({}, '---------- 3 +++ ---------- 1 ?').open).toBe(4e9);
  });
});

describe('outcomes of the last seconds', () => {
  it('are those of whole seconds of the clock, and leave with their second', () => {
    const window = new LastSeconds(3);
    const seen = (moment: number): number[] => {
      window.add(true, false, moment * 1e9);
      return [window.total, window.failed];
    };
    expect([0.1, 0.9, 1.5, 2.99].map(seen)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    // Second 0 leaves as second 3 begins; a long silence leaves nothing.
    expect(seen(3)).toEqual([3, 3]);
    expect(seen(100)).toEqual([1, 1]);
  });

  it('of the last tries are the same where a second has one try', () => {
    const [seconds, tries] = [new LastSeconds(7), new LastTries(7)];
    for (let i = 0; i < 100; i++) {
      for (const window of [seconds, tries]) window.add(i % 3 === 0, i % 5 === 0, i * 1e9);
      expect([seconds.total, seconds.failed, seconds.slow]).toEqual([
        tries.total,
        tries.failed,
        tries.slow,
      ]);
    }
  });
});

describe('a Service that dies and comes back', () => {
  const died = (client: object) =>
    plan({
      service: constant(ms(1)),
      duration: 20,
      // No pod is ready from 5 s to 12 s: 700 of 2000 requests are refused by the node.
      timeline: [
        { at: at(5), kind: 'setReady', workload: 0, pod: null, ready: false },
        { at: at(12), kind: 'setReady', workload: 0, pod: null, ready: true },
      ] as never,
      lag: ms(0),
      client: { arrival: paced(100), ...client },
    });

  it('is left alone but for a few tries a second, and found again within the time of being open', () => {
    const planned = died({ circuitBreaker: breaker() });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    const found = outcomes(result);
    const refused = found.filter((outcome) => outcome === 'refused').length;
    const held = found.filter((outcome) => outcome === 'circuitOpen').length;
    // Five of ten open it; then three every second, seven times at most.
    expect(refused).toBeGreaterThanOrEqual(5 + 6 * 3);
    expect(refused).toBeLessThanOrEqual(5 + 7 * 3);
    // Refused at once, without a connection.
    expect(result.requests.filter(({ outcome }) => outcome === 'circuitOpen')).toSatisfy(
      (requests: typeof result.requests) => requests.every(({ latencyNs }) => latencyNs === 0),
    );
    expect(result.connections).toHaveLength(result.requests.length - held);
    // Closed again within a second of 12 s.
    const late = result.requests.filter(({ issuedNs }) => issuedNs > 13.1e9);
    expect(late.every(({ outcome }) => outcome === 'ok')).toBe(true);
    // The time that it was open is that in which nothing was let through.
    const { openNs, podNs } = result.clients[0]!.circuit!;
    expect(podNs).toBe(20e9);
    expect(openNs / 1e7).toBeGreaterThan(held - 10);
    expect(openNs / 1e7).toBeLessThan(held + 10);
  });

  it('is not asked for retries while the breaker is open, unless these are of circuitOpen', () => {
    const policy = { circuitBreaker: breaker(), retry: retry({ attempts: 2, on: ['refused'] }) };
    const result = record(died(policy));
    expect(
      result.requests.every(({ attempts, outcome }) => attempts === 1 || outcome !== 'ok'),
    ).toBe(true);
    const patient = retry({
      attempts: 20,
      on: ['refused', 'circuitOpen'],
      backoff: { base: ms(500), factor: 1, max: null, jitter: 'None' },
    });
    const kept = record(died({ circuitBreaker: breaker(), retry: patient }));
    expect(outcomes(kept).filter((outcome) => outcome !== 'ok')).toEqual([]);
    expect(Math.max(...kept.requests.map((request) => part(request, 'retry')))).toBeGreaterThan(
      5e9,
    );
  });
});

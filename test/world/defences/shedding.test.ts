/**
 * Load shedding by queueing time: M/M/1+D in closed form, CoDel's control law step by step, adaptive LIFO. Each comparison
 * with theory raises a false alarm for one seed in 1000.
 */
import { describe, expect, it } from 'vitest';
import type { PlannedShedding } from '../../../src/contract/plan.ts';
import { AttemptLine } from '../../../src/world/traffic/attempts/attempt-line.ts';
import type { Attempt } from '../../../src/world/traffic/attempts/attempt.ts';
import { sheddingOf } from '../../../src/world/traffic/defences/shedding.ts';
import { inconsistencies } from '../conservation.ts';
import { bursts, constant, exponential, ms, ns, plan, sec } from '../plans.ts';
import { part, record } from '../recorded.ts';
import { expectTheory, replicate } from '../replications.ts';

const SECOND = 1e9;

/**
 * M/M/1 whose customers are lost if they would wait longer than D: the virtual wait has density λ π0 e^(-(μ-λ)x) up to D
 * and falls as e^(-μ(x-D)) beyond, as nobody is added there. R: `integrate()` of that density gives the same.
 */
function impatient(arrivalRate: number, serviceRate: number, patience: number) {
  const slope = serviceRate - arrivalRate;
  const load = arrivalRate / serviceRate;
  const decay = Math.exp(-slope * patience);
  const idle = 1 / (1 + (arrivalRate * (1 - decay)) / slope + load * decay);
  const lost = idle * load * decay;
  // ∫ x λ π0 e^(-slope x) dx from 0 to D, over those who are served.
  const waited =
    (arrivalRate * idle * (1 - decay * (1 + slope * patience))) / slope ** 2 / (1 - lost);
  return { lost, waited };
}

describe('requests that have waited too long when their turn comes', () => {
  it.each([
    [80, 0.02, 0.04],
    [150, 0.03, 0.03],
  ])('at %i/s to a pod that serves 100/s: M/M/1+D', (rate, patience, within) => {
    const shedding = { kind: 'queueTime', limit: ms(patience * 1000), at: 'Turn' } as const;
    const runs = replicate(
      plan({ rate, service: exponential(ms(10)), duration: 1000, workload: { shedding } }),
      { seed: 11, count: 8 },
    );
    const theory = impatient(rate, 100, patience);
    expectTheory(runs, ({ clients: [only] }) => only!.errors['503']! / only!.requests, {
      expected: theory.lost,
      within,
    });
    expectTheory(runs, ({ pods: [only] }) => only!.queueNsMean, {
      expected: theory.waited * SECOND,
      within,
    });
  });

  it('wait for no worker longer than that, and are refused for `shed`', () => {
    const shedding = { kind: 'queueTime', limit: ms(30), at: 'Turn' } as const;
    const planned = plan({ rate: 300, duration: 20, workload: { shedding, concurrency: 2 } });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    const served = result.requests.filter(({ outcome }) => outcome === 'ok');
    expect(Math.max(...served.map((request) => part(request, 'queue')))).toBeLessThanOrEqual(
      ms(30),
    );
    expect(result.clients[0]!.failures.map(({ reason }) => reason)).toEqual(['shed']);
    // The pod is never idle for it.
    expect(result.pods[0]!.utilisation).toBeGreaterThan(0.97);
  });
});

describe('requests that come while the first in line has waited too long', () => {
  it('are refused at once, and nobody else is', () => {
    const shedding = { kind: 'queueTime', limit: ms(25), at: 'Arrival' } as const;
    // Five at 1 s, of 10 ms each: at 1.022 s the first in line has waited for 22 ms, at 1.027 s for 27 ms.
    const result = record(
      plan({
        service: constant(ms(10)),
        duration: 2,
        workload: { shedding },
        client: { arrival: bursts([1, 1.022, 1.027], 5) },
      }),
    );
    const shed = result.requests.filter(({ outcome }) => outcome === '503');
    expect(shed.length).toBeGreaterThan(0);
    for (const request of shed) {
      expect(request.latencyNs).toBe(0);
      expect(request.issuedNs).toBeGreaterThan(1.026e9);
    }
    expect(result.requests.filter(({ issuedNs }) => issuedNs < 1.025e9)).toSatisfy(
      (early: typeof result.requests) => early.every(({ outcome }) => outcome === 'ok'),
    );
  });
});

/** A line whose requests came at these moments, ms. */
function lineOf(moments: readonly number[]): AttemptLine {
  const line = new AttemptLine();
  for (const moment of moments) line.push({ arrivedAt: ms(moment) } as unknown as Attempt);
  return line;
}

/** Whom a worker gets that looks at these moments (ms), and whom it refuses before, by the moment they came (ms). */
function turns(plan: PlannedShedding, came: readonly number[], looks: readonly number[]) {
  const shedding = sheddingOf(plan);
  const line = lineOf([]);
  let next = 0;
  return looks.map((look) => {
    for (; next < came.length && came[next]! <= look; next++) {
      line.push({ arrivedAt: ms(came[next]!) } as unknown as Attempt);
      shedding.joined(line, ms(came[next]!));
    }
    const refused: number[] = [];
    const taken = shedding.next(line, ms(look), (one) => refused.push(one.arrivedAt / 1e6));
    return [taken === null ? null : taken.arrivedAt / 1e6, refused];
  });
}

const codel = (facts: Partial<Extract<PlannedShedding, { kind: 'codel' }>>): PlannedShedding => ({
  kind: 'codel',
  law: 'RFC8289',
  target: ms(5),
  interval: ms(100),
  lifo: false,
  ...facts,
});

describe('CoDel to the letter', () => {
  it('drops after an interval above the target, then after interval ÷ √count', () => {
    // A standing line: everybody has waited for about 50 ms, one looks every 5 ms.
    const came = Array.from({ length: 400 }, (_, i) => i * 5 - 50);
    const looks = Array.from({ length: 80 }, (_, i) => i * 5);
    const drops = turns(codel({}), came, looks).flatMap(([, refused], i) =>
      (refused as number[]).map(() => looks[i]!),
    );
    // By the law: 100 ms after the first look; then 100/√1, 100/√2, 100/√3 … later, at the next look.
    const expected = [100];
    let due = 100 + 100;
    for (let count = 2; due < 400; count++) {
      expected.push(Math.ceil(due / 5 - 1e-9) * 5);
      due += 100 / Math.sqrt(count);
    }
    expect(drops).toEqual(expected.filter((moment) => moment < 400));
  });

  it('stops as soon as one has waited less than the target, and begins anew', () => {
    const came = [...Array.from({ length: 30 }, (_, i) => i * 5), 149, 149.5];
    const looks = Array.from({ length: 31 }, (_, i) => 20 + i * 5);
    const found = turns(codel({}), came, looks);
    const drops = found.flatMap(([, refused], i) => (refused as number[]).map(() => looks[i]!));
    expect(drops).toEqual([120]);
  });

  it('never drops the last in line', () => {
    const found = turns(codel({}), [0, 200, 400], [100, 300, 500]);
    expect(found.flatMap(([, refused]) => refused)).toEqual([]);
  });
});

describe('CoDel as in "Fail at Scale"', () => {
  const rule = codel({ law: 'FailAtScale' });

  it('lets requests wait for an interval, and for the target once the line has stood for one', () => {
    // Standing since 0. At 90 ms all of them may wait; at 101 ms, who has waited for more than 5 ms is refused.
    expect(turns(rule, [0, 10, 20, 97, 98], [90, 101])).toEqual([
      [0, []],
      [97, [10, 20]],
    ]);
    // Empty in between: at 190 ms those of 95 ms may still be served.
    expect(turns(rule, [0, 95, 96], [50, 190])).toEqual([
      [0, []],
      [95, []],
    ]);
    // And nobody waits for more than an interval.
    expect(turns(rule, [0, 200], [201])).toEqual([[200, [0]]]);
  });

  it('serves the last to come first while the line stands, if asked to', () => {
    const lifo = codel({ law: 'FailAtScale', lifo: true });
    expect(turns(lifo, [0, 10, 98, 99, 100], [90, 101, 102])).toEqual([
      [0, []],
      [100, [10]],
      [99, []],
    ]);
  });

  it('keeps latencies low in overload that a queue without it makes endless', () => {
    const overload = (shedding: PlannedShedding | null) =>
      record(plan({ rate: 200, duration: 30, workload: { shedding } }), 3).requests;
    const longest = (requests: ReturnType<typeof overload>): number =>
      Math.max(...requests.map((request) => part(request, 'queue')));
    expect(longest(overload(null))).toBeGreaterThan(sec(10));
    const kept = overload(rule).filter(({ outcome }) => outcome === 'ok');
    expect(longest(kept)).toBeLessThanOrEqual(ms(100));
    // Half of what comes is more than the pod can serve, and nearly all of what it can is served.
    expect(kept.length / 30).toBeGreaterThan(85);
    const last = overload(codel({ law: 'FailAtScale', lifo: true }));
    const good = last.filter(({ outcome }) => outcome === 'ok');
    expect(good.length / 30).toBeGreaterThan(85);
    expect(longest(good)).toBeLessThanOrEqual(ms(100));
  });

  it('with no target at all serves only who comes to a free worker, once the line stands', () => {
    expect(turns(codel({ law: 'FailAtScale', target: ns(0) }), [0, 50, 150], [101, 151])).toEqual([
      [null, [0, 50]],
      [150, []],
    ]);
  });
});

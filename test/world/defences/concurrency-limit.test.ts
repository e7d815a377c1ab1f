/**
 * Concurrency limits of a client: a fixed one is a queue with so many servers, whose losses and waits theory knows; the
 * others follow their rules step by step. Each comparison with theory raises a false alarm for one seed in 1000.
 */
import { describe, expect, it } from 'vitest';
import { erlangB, mmc, mmck } from '../../../src/stats/queueing/textbook.ts';
import { AimdLimit, Gradient2Limit } from '../../../src/world/traffic/defences/adaptive-limits.ts';
import { inconsistencies } from '../conservation.ts';
import { constant, exponential, limited, ms, paced, plan, sec } from '../plans.ts';
import { part, record } from '../recorded.ts';
import { expectTheory, meanLatency, replicate } from '../replications.ts';

/** A pod that serves whatever comes at once: the only limit is the client's. */
const open = { workload: { concurrency: 1000 }, service: exponential(ms(50)), duration: 400 };

describe('a fixed limit', () => {
  it('without a queue loses what Erlang B says', () => {
    const runs = replicate(plan({ ...open, rate: 80, client: { concurrencyLimit: limited(5) } }), {
      seed: 7,
      count: 8,
    });
    expectTheory(runs, ({ clients: [only] }) => only!.errors.limited! / only!.requests, {
      expected: erlangB(5, 4),
      within: 0.06,
    });
  });

  it('with a queue is M/M/c, and the wait is for the pool', () => {
    const policy = { concurrencyLimit: limited(5, 100_000) };
    const runs = replicate(plan({ ...open, rate: 80, client: policy }), { seed: 8, count: 8 });
    const theory = mmc({ arrivalRate: 80, serviceRate: 20, servers: 5 });
    expectTheory(runs, meanLatency, { expected: theory.meanSojourn * 1e9, within: 0.06 });
    const recorded = record(plan({ ...open, duration: 20, rate: 80, client: policy }));
    for (const request of recorded.requests) {
      expect(part(request, 'pool') + part(request, 'service')).toBe(request.latencyNs);
    }
  });

  it('with a short queue is M/M/c/K', () => {
    const policy = { concurrencyLimit: limited(5, 3) };
    const runs = replicate(plan({ ...open, rate: 120, client: policy }), { seed: 9, count: 8 });
    const theory = mmck({ arrivalRate: 120, serviceRate: 20, servers: 5, waitingRoom: 3 });
    expectTheory(runs, ({ clients: [only] }) => only!.errors.limited! / only!.requests, {
      expected: theory.blocked,
      within: 0.06,
    });
  });

  it('is of each client pod, and counts what the client has left no more', () => {
    const planned = plan({
      clientNodes: 2,
      workload: { concurrency: 1000 },
      service: constant(sec(100)),
      duration: 10,
      client: { arrival: paced(20), concurrencyLimit: limited(3), timeout: ms(1000) },
    });
    const result = record(planned);
    expect(inconsistencies(planned, result)).toEqual([]);
    // Ten a second and pod, each for a second: three of ten have a place, again and again.
    const { errors, requests } = result.clients[0]!;
    expect(errors.limited! / requests).toBeGreaterThan(0.65);
    expect(errors.limited! / requests).toBeLessThan(0.72);
    expect(result.pods[0]!.inFlightMax).toBeGreaterThan(6);
  });

  it('serves those that wait in their order, however long the line and short the service', () => {
    const planned = plan({
      service: constant(ms(0)),
      hop: ms(0),
      duration: 1,
      workload: { concurrency: 1000 },
      client: {
        arrival: { kind: 'steps', points: [{ at: 0 as never, rate: 1e6 }] },
        concurrencyLimit: limited(1, 1e6),
      },
      network: { sameZone: constant(ms(0)) },
    });
    const short = {
      ...planned,
      duration: ms(20),
      windows: [{ ...planned.windows[0]!, to: ms(20) as never }],
    };
    const result = record(short);
    expect(result.totals.succeeded).toBe(result.totals.issued);
  });
});

describe('AIMD', () => {
  const aimd = () =>
    new AimdLimit({
      kind: 'aimd',
      initial: 10,
      min: 5,
      max: 12,
      backoffRatio: 0.9,
      timeout: sec(1),
    });

  it('goes up by one where half of it is used, to its most, and down by its share, to its least', () => {
    const limit = aimd();
    const after = (rtt: number, inFlight: number, dropped: boolean): number => {
      limit.sample(rtt, inFlight, dropped);
      return limit.limit;
    };
    expect([4, 5, 5, 6, 6].map((inFlight) => after(ms(1), inFlight, false))).toEqual([
      10, 11, 11, 12, 12,
    ]);
    // Slower than its timeout is as good as lost; 12, 10.8, 9, 8.1, 7.2, 6.3, 5.4, 4.5.
    expect(after(ms(1001), 12, false)).toBe(10);
    expect([1, 2, 3, 4, 5, 6].map(() => after(ms(1), 12, true))).toEqual([9, 8, 7, 6, 5, 5]);
  });

  it('finds a limit at which the pod refuses nothing, where a fixed one loses', () => {
    // A pod with room for ten, asked for thirty at a time.
    const crowded = (concurrencyLimit: object) =>
      record(
        plan({
          rate: 300,
          service: exponential(ms(100)),
          workload: { concurrency: 10, queueLimit: 0 },
          duration: 60,
          client: { concurrencyLimit: concurrencyLimit as never },
        }),
      ).clients[0]!;
    const bounds = { initial: 20, min: 1, max: 200 };
    const found = crowded({
      limit: { kind: 'aimd', ...bounds, backoffRatio: 0.5, timeout: sec(5) },
      queue: 0,
    });
    const fixed = crowded(limited(20));
    expect(found.errors['503']! / found.requests).toBeLessThan(0.1);
    expect(fixed.errors['503']! / fixed.requests).toBeGreaterThan(0.5);
  });
});

describe('Gradient2', () => {
  const gradient = (): Gradient2Limit =>
    new Gradient2Limit({
      kind: 'gradient2',
      initial: 20,
      min: 10,
      max: 200,
      rttTolerance: 1.5,
      smoothing: 0.2,
      longWindow: 600,
      queueSize: 4,
    });

  it('grows by a smoothed queueSize while latencies are as ever, to its most', () => {
    const limit = gradient();
    limit.sample(ms(10), 20, false);
    // 20 × 0.8 + (20 + 4) × 0.2 = 20.8.
    expect(limit.limit).toBe(20);
    limit.sample(ms(10), 20, false);
    expect(limit.limit).toBe(21);
    for (let i = 0; i < 1000; i++) limit.sample(ms(10), 200, false);
    expect(limit.limit).toBe(200);
  });

  it('stays where less than half of it is used', () => {
    const limit = gradient();
    for (let i = 0; i < 100; i++) limit.sample(ms(10), 9, false);
    expect(limit.limit).toBe(20);
  });

  it('shrinks towards queueSize ÷ (1 − gradient) while latencies are far above the long-term one', () => {
    const limit = gradient();
    for (let i = 0; i < 200; i++) limit.sample(ms(10), 200, false);
    const before = limit.limit;
    // The gradient is at most halved: × (0.8 + 0.2 × 0.5) + 0.8 each.
    limit.sample(ms(1000), 200, false);
    expect(limit.limit).toBe(Math.trunc(before * 0.9 + 0.8));
    for (let i = 0; i < 30; i++) limit.sample(ms(1000), 200, false);
    expect(limit.limit).toBeLessThan(30);
    expect(limit.limit).toBeGreaterThanOrEqual(10);
  });
});

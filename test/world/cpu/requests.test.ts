/**
 * Requests that need CPU time, through the whole of a run: against theory, and what they cost to simulate.
 *
 * Comparisons of means raise a false alarm for one seed in 1000 (see expectTheory).
 */
import { describe, expect, it } from 'vitest';
import type { Distribution, Plan } from '../../../src/contract/plan.ts';
import { LATENCY_PARTS } from '../../../src/contract/result.ts';
import { simulate, startRun } from '../../../src/world/simulate.ts';
import { World } from '../../../src/world/world.ts';
import { constant, exponential, ms, paced, plan, type PlanOptions } from '../plans.ts';
import { expectTheory, meanLatency, replicate } from '../replications.ts';

/** Requests of CPU time alone at one pod, as many at a time as there are, on nodes of so many cores. */
function onCpu({ cores = 1, ...options }: PlanOptions & { readonly cores?: number }): Plan {
  const base = plan({
    ...options,
    workload: { cpuShare: 1, concurrency: 1e6, ...options.workload },
  });
  return { ...base, nodes: base.nodes.map((node) => ({ ...node, cpu: cores })) };
}

describe('M/G/1-PS: one core that all requests share', () => {
  // Lognormal of mean 10 ms and cv² = 2.
  const sigma = Math.sqrt(Math.log(3));
  const lognormal: Distribution = {
    kind: 'lognormal',
    mu: Math.log(10e6) - sigma ** 2 / 2,
    sigma,
  };

  it.each<[string, Distribution]>([
    ['constant', constant(ms(10))],
    ['exponential', exponential(ms(10))],
    ['lognormal', lognormal],
  ])('has the mean E[S] / (1 - ρ), whatever the service times: %s', (_, service) => {
    const queue = onCpu({ rate: 70, service, warmUp: 10, duration: 300 });
    const results = replicate(queue, { seed: 11, count: 10 });
    expectTheory(results, meanLatency, { expected: 10e6 / 0.3, within: 0.1 });
  });
});

describe('a limit', () => {
  const throttled = onCpu({
    cores: 4,
    service: constant(ms(30)),
    // Moves on by 37 ms of the quota's 100 from request to request, and so comes by all of it.
    client: { arrival: paced(1 / 1.037) },
    duration: 1037,
    workload: { cpuLimit: 0.13 },
  });

  it('O22: 30 ms at 0.13 take 117 to 204 ms, by where in the period they begin, and 158.3 on average', () => {
    const { clients, requests } = simulate(throttled, 1, { recordRequests: true });
    const latencies = requests!.map(({ latencyNs }) => latencyNs / 1e6);
    expect(Math.min(...latencies)).toBeGreaterThanOrEqual(117);
    expect(Math.max(...latencies)).toBeLessThanOrEqual(204);
    // 204 - u for u < 87 ms into the period; then 117, or 204 in its last 4 ms.
    const expected = 0.87 * 160.5 + 0.09 * 117 + 0.04 * 204;
    expect(meanLatency({ clients } as never) / 1e6).toBeCloseTo(expected, 0);
  });

  it('shows as service time', () => {
    const { requests } = simulate(throttled, 1, { recordRequests: true });
    const service = LATENCY_PARTS.indexOf('service');
    for (const { latencyNs, partsNs } of requests!) expect(partsNs[service]).toBe(latencyNs);
  });

  it('holds throughput at limit / demand when more is asked for', () => {
    const world = new World(
      onCpu({
        cores: 4,
        rate: 200,
        service: exponential(ms(10)),
        duration: 100,
        workload: { cpuLimit: 0.5 },
      }),
      1,
      {},
    );
    world.queue.run(Infinity, 100e9);
    const { usedNs, throttledPeriods, periods } = world.pods[0]!.cpu!.usage();
    expect(usedNs / 100e9).toBeGreaterThan(0.495);
    expect(usedNs / 100e9).toBeLessThanOrEqual(0.505);
    expect(throttledPeriods / periods).toBeGreaterThan(0.99);
    // 50 a second of the 200 that come.
    expect(world.succeeded / 100).toBeGreaterThan(45);
    expect(world.succeeded / 100).toBeLessThan(55);
  });
});

describe('a share', () => {
  const latencyOf = (cpuShare: number, cpuLimit: number | null): number =>
    meanLatency(
      simulate(
        onCpu({
          cores: 4,
          service: constant(ms(20)),
          client: { arrival: paced(1) },
          workload: { cpuShare, cpuLimit },
        }),
        1,
      ),
    ) / 1e6;

  it('of CPU time takes as long as waiting, where nothing is short', () => {
    expect(latencyOf(0, null)).toBe(20);
    expect(latencyOf(0.25, null)).toBe(20);
    expect(latencyOf(1, null)).toBe(20);
  });

  it('that waits is not throttled', () => {
    // 5 ms of the 20 are CPU time: one quota of 10 ms is enough, if the period does not end meanwhile.
    expect(latencyOf(0.25, 0.1)).toBeLessThanOrEqual(20 + 0.001);
    // All 20 are: two quotas.
    expect(latencyOf(1, 0.1)).toBeGreaterThanOrEqual(29);
  });
});

describe('what dies', () => {
  it('leaves no thread behind: a crash resets what runs, and the next process starts with nothing', () => {
    const crashing = onCpu({
      cores: 2,
      pods: 2,
      rate: 150,
      service: exponential(ms(10)),
      duration: 60,
      workload: {
        cpuLimit: 1,
        crash: { every: exponential(ms(1000)), lasts: constant(ms(200)) },
      },
    });
    const { totals } = simulate(crashing, 1);
    expect(totals.failed).toBeGreaterThan(0);
    expect(totals.unfinished).toBe(0);
    expect(totals.issued).toBe(totals.succeeded + totals.failed);
  });
});

describe('events a request', () => {
  const perRequest = (
    workload: PlanOptions['workload'],
    cores: number,
    concurrency: number,
  ): number => {
    const which = onCpu({
      cores,
      rate: 50,
      service: exponential(ms(10)),
      duration: 100,
      workload: { concurrency, ...workload },
    });
    const run = startRun(which, 1, {}, 'by events');
    while (!run.advance(Infinity));
    return run.events / run.result().totals.issued;
  };

  it('are as many for CPU time as for waiting, where cores are there', () => {
    expect(perRequest({}, 1, 1)).toBe(perRequest({ cpuShare: 0 }, 1, 1));
    expect(perRequest({}, 4, 100)).toBeCloseTo(perRequest({ cpuShare: 0 }, 4, 100), 1);
  });

  it('are one more for CPU time that is followed by a wait', () => {
    expect(perRequest({ cpuShare: 0.5 }, 1, 1)).toBeCloseTo(perRequest({}, 1, 1) + 1, 2);
  });

  it('are at most two more a period under a limit', () => {
    const periods = 100 / 0.1 / (50 * 100);
    const most = perRequest({}, 4, 100) + 2 * periods;
    expect(perRequest({ cpuLimit: 0.6 }, 4, 100)).toBeLessThanOrEqual(most);
  });
});

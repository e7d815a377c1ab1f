/**
 * A Service in front of one pod, with a network and rules that cost nothing, is the textbook queue.
 *
 * Each comparison raises a false alarm for one seed in 1000; `within` states its power: a mean that is
 * off by twice as much would be noticed (see expectTheory).
 */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import type { RunResult } from '../../src/contract/result.ts';
import { md1, mg1, mm1, mmc } from '../../src/stats/queueing/textbook.ts';
import type { QueueDistributions } from '../../src/stats/queueing/textbook.ts';
import { at, constant, exponential, ms, plan, us } from './plans.ts';
import { expectTheory, meanLatency, quantile, replicate } from './replications.ts';

const SECOND = 1e9;
const COUNT = 10;

const meanWait = (result: RunResult): number =>
  result.breakdown.reduce((sum, band) => sum + band.count * band.meanNs[5]!, 0) /
  result.clients[0]!.latency.count;

function expectDistribution(
  results: readonly RunResult[],
  theory: QueueDistributions,
  within: { mean: number; p50: number; p90: number; p99: number },
): void {
  expectTheory(results, meanLatency, {
    expected: theory.meanSojourn * SECOND,
    within: within.mean,
  });
  for (const [q, share] of [
    [0.5, within.p50],
    [0.9, within.p90],
    [0.99, within.p99],
  ] as const) {
    expectTheory(results, (result) => quantile(result, q), {
      expected: theory.sojournQuantile(q) * SECOND,
      within: share,
    });
  }
}

const queue = (options: Parameters<typeof plan>[0]): Plan =>
  plan({ warmUp: 20, duration: 1500, ...options });

describe('M/M/1', () => {
  const results = replicate(queue({ rate: 80, service: exponential(ms(10)) }), {
    seed: 1,
    count: COUNT,
  });
  const theory = mm1({ arrivalRate: 80, serviceRate: 100 });

  it('has the latencies of theory: mean, p50, p90, p99', () => {
    expectDistribution(results, theory, { mean: 0.04, p50: 0.04, p90: 0.05, p99: 0.1 });
  });

  it('waits, fills its queue and is busy as theory says', () => {
    expectTheory(results, meanWait, { expected: theory.meanWait * SECOND, within: 0.05 });
    expectTheory(results, ({ pods }) => pods[0]!.inFlightMean, {
      expected: theory.meanInSystem,
      within: 0.05,
    });
    expectTheory(results, ({ pods }) => pods[0]!.utilisation, {
      expected: theory.utilisation,
      within: 0.01,
    });
  });

  it('issues as many requests as a Poisson process of its rate', () => {
    expectTheory(results, ({ clients }) => clients[0]!.requests, {
      expected: 80 * 1500,
      within: 0.006,
    });
  });
});

describe('M/M/c: one pod that serves c at once', () => {
  it.each([2, 8])('has the latencies of theory with c = %i', (servers) => {
    const arrivalRate = 80 * servers;
    const theory = mmc({ arrivalRate, serviceRate: 100, servers });
    const results = replicate(
      queue({
        rate: arrivalRate,
        service: exponential(ms(10)),
        workload: { concurrency: servers },
        duration: 1500 / servers,
      }),
      { seed: 2, count: COUNT },
    );
    expectDistribution(results, theory, { mean: 0.05, p50: 0.03, p90: 0.05, p99: 0.12 });
  });
});

describe('M/D/1', () => {
  it('has the latencies of theory', () => {
    const results = replicate(queue({ rate: 80, service: constant(ms(10)) }), {
      seed: 3,
      count: COUNT,
    });
    expectDistribution(results, md1({ arrivalRate: 80, service: 0.01 }), {
      mean: 0.03,
      p50: 0.02,
      p90: 0.04,
      p99: 0.08,
    });
  });
});

describe('M/G/1', () => {
  it('has the mean of Pollaczek and Khinchine for lognormal service', () => {
    // cv² = exp(σ²) - 1 = 2, mean 10 ms = exp(μ + σ²/2).
    const variance = Math.log(3);
    const mu = Math.log(10e6) - variance / 2;
    const service = { kind: 'lognormal', mu, sigma: Math.sqrt(variance) } as const;
    const results = replicate(queue({ rate: 70, service, duration: 2000 }), {
      seed: 4,
      count: COUNT,
    });
    const theory = mg1({ arrivalRate: 70, meanService: 0.01, serviceCv: Math.SQRT2 });
    expectTheory(results, meanLatency, { expected: theory.meanSojourn * SECOND, within: 0.05 });
  });
});

describe('ten pods behind random picks', () => {
  it.each(['iptables', 'nftables'] as const)(
    'are ten M/M/1 with %s, which splits a Poisson process at random',
    (mode) => {
      const results = replicate(
        queue({ mode, pods: 10, rate: 800, service: exponential(ms(10)), duration: 150 }),
        { seed: 5, count: COUNT },
      );
      const theory = mm1({ arrivalRate: 80, serviceRate: 100 });
      expectDistribution(results, theory, { mean: 0.05, p50: 0.04, p90: 0.06, p99: 0.12 });
    },
  );

  it('wait longer than ten that are filled in turn: round robin makes arrivals at a pod regular', () => {
    const [random, inTurn] = (['iptables', 'ipvs'] as const).map((mode) =>
      replicate(queue({ mode, pods: 10, rate: 800, service: exponential(ms(10)), duration: 150 }), {
        seed: 6,
        count: 3,
      }).map(meanLatency),
    );
    // E10/M/1 at 0.8: 31 ms, against 50 ms.
    expect(Math.max(...inTurn!)).toBeLessThan(0.75 * Math.min(...random!));
  });
});

describe("Little's law", () => {
  it('is exact where the system is empty at both ends', () => {
    for (const mode of ['iptables', 'nftables', 'ipvs'] as const) {
      const result = replicate(
        plan({
          mode,
          pods: 3,
          hop: us(250),
          duration: 20,
          client: {
            arrival: {
              kind: 'steps',
              points: [
                { at: at(0), rate: 200 },
                { at: at(15), rate: 0 },
              ],
            },
          },
        }),
        { seed: 7, count: 1 },
      )[0]!;
      const { littleL, littleLambda, littleW } = result.totals;
      expect(littleL).toBeGreaterThan(1);
      expect(littleL).toBeCloseTo((littleLambda * littleW) / 1e9, 9);
    }
  });
});

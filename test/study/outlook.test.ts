/**
 * What is said of a plan beforehand, against theory's own numbers and against what runs of it find. Each comparison with
 * runs raises a false alarm for one seed in 1000 (expectTheory); the seeds are fixed.
 */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import type { RunResult } from '../../src/contract/result.ts';
import { costOf } from '../../src/study/outlook/cost.ts';
import { outlookOf } from '../../src/study/outlook/outlook.ts';
import { phasesOf } from '../../src/study/outlook/phases.ts';
import { planDifferences } from '../../src/study/outlook/plan-differences.ts';
import { expectedRequests } from '../../src/study/outlook/expected-requests.ts';
import type { PodOutlook } from '../../src/study/outlook/pod-outlook.ts';
import {
  at,
  constant,
  exponential,
  keepAlive,
  ms,
  paced,
  plan,
  poisson,
  sec,
} from '../world/plans.ts';
import { expectTheory, meanLatency, quantile, replicate } from '../world/replications.ts';

/** The pods of the only workload in a phase. */
function podsOf(of: Plan, phase: string = 'steady'): PodOutlook {
  const found = outlookOf(of, []).base.phases.find(({ name }) => name === phase);
  return found!.workloads[0]!;
}

const study = (options: Parameters<typeof plan>[0]): Plan =>
  plan({ warmUp: 20, duration: 300, service: exponential(ms(10)), ...options });

describe('runs find what the outlook says', () => {
  it('M/M/2 behind random picks: mean and p99', () => {
    const of = study({ pods: 5, rate: 800, workload: { concurrency: 2 } });
    const [forecast] = podsOf(of).forecasts;
    expect(forecast).toMatchObject({ queue: 'M/M/2', formula: 'Erlang C', standing: 'exact' });
    const runs = replicate(of, { seed: 11, count: 10 });
    expectTheory(runs, meanLatency, { expected: forecast!.meanSojournNs, within: 0.04 });
    expectTheory(runs, (run) => quantile(run, 0.99), {
      expected: forecast!.p99SojournNs!,
      within: 0.08,
    });
  });

  it('M/G/1 of lognormal service: mean and p99', () => {
    const service = { kind: 'lognormal', mu: Math.log(8e6), sigma: 0.7 } as const;
    const of = study({ pods: 4, rate: 280, service });
    const [forecast] = podsOf(of).forecasts;
    expect(forecast).toMatchObject({ queue: 'M/G/1', standing: 'exact' });
    const runs = replicate(of, { seed: 12, count: 10 });
    expectTheory(runs, meanLatency, { expected: forecast!.meanSojournNs, within: 0.04 });
    expectTheory(runs, (run) => quantile(run, 0.99), {
      expected: forecast!.p99SojournNs!,
      within: 0.08,
    });
  });

  it('E5/M/1 where one node deals in turn: mean and p99', () => {
    const of = study({ mode: 'ipvs', pods: 5, rate: 400 });
    const [forecast] = podsOf(of).forecasts;
    expect(forecast).toMatchObject({ queue: 'E5/M/1', standing: 'exact' });
    const runs = replicate(of, { seed: 13, count: 10 });
    expectTheory(runs, meanLatency, { expected: forecast!.meanSojournNs, within: 0.04 });
    expectTheory(runs, (run) => quantile(run, 0.99), {
      expected: forecast!.p99SojournNs!,
      within: 0.08,
    });
  });

  it('D/M/1 where evenly spaced requests come to one pod', () => {
    const of = study({ rate: 80, duration: 1000, client: { arrival: paced(80) } });
    const [forecast] = podsOf(of).forecasts;
    expect(forecast).toMatchObject({ queue: 'D/M/1', standing: 'exact' });
    const runs = replicate(of, { seed: 14, count: 10 });
    expectTheory(runs, meanLatency, { expected: forecast!.meanSojournNs, within: 0.05 });
  });

  it('between the two bounds where several nodes deal in turn', () => {
    const of = study({ mode: 'ipvs', pods: 5, rate: 400, clientNodes: 3 });
    const [upper, lower] = podsOf(of).forecasts;
    expect([upper!.standing, lower!.standing]).toEqual(['upper bound', 'lower bound']);
    for (const run of replicate(of, { seed: 15, count: 5 })) {
      expect(meanLatency(run)).toBeLessThan(upper!.meanSojournNs);
      expect(meanLatency(run)).toBeGreaterThan(lower!.meanSojournNs);
    }
  });

  it('the product form where users wait for answers: load, wait, and requests in all', () => {
    const arrival = { kind: 'closed', users: 30, think: exponential(ms(50)) } as const;
    const of = study({ pods: 3, client: { arrival }, hop: ms(1) });
    const pods = podsOf(of);
    const [forecast] = pods.forecasts;
    expect(forecast).toMatchObject({ queue: 'M/1 of 30 users', standing: 'exact' });
    const runs = replicate(of, { seed: 21, count: 10 });
    const rate = (result: RunResult): number => result.clients[0]!.requests / 300;
    expectTheory(runs, rate, { expected: pods.rate, within: 0.01 });
    expectTheory(runs, meanLatency, { expected: forecast!.meanSojournNs + 4e6, within: 0.04 });
    expect(expectedRequests(of)).toBeCloseTo(pods.rate * 320, 3);
  });

  it('what is left to users where open clients come to the same pod', () => {
    const arrival = { kind: 'closed', users: 10, think: constant(ms(50)) } as const;
    const of = study({ clients: [{ arrival: poisson(40) }, { name: 'users', arrival }] });
    const { rate, caveats } = podsOf(of);
    const runs = replicate(of, { seed: 22, count: 4 });
    const found = runs.map(({ clients }) => clients.reduce((sum, c) => sum + c.requests, 0) / 300);
    for (const each of found) expect(Math.abs(each / rate - 1)).toBeLessThan(0.05);
    expect(caveats.join()).toContain('users of users, who wait for answers, come with others');
  });

  it('GI/M/1 approximately, where gaps are more and less regular than Poisson', () => {
    for (const cv of [0.5, 2]) {
      const interarrival = { kind: 'gamma', mean: ms(16), cv } as const;
      const of = study({ client: { arrival: { kind: 'renewal', interarrival } } });
      const [forecast] = podsOf(of).forecasts;
      expect(forecast).toMatchObject({ queue: 'GI/M/1', standing: 'approximation' });
      const runs = replicate(of, { seed: 23, count: 4 });
      const mean = runs.reduce((sum, run) => sum + meanLatency(run), 0) / runs.length;
      expect(Math.abs(mean / forecast!.meanSojournNs - 1)).toBeLessThan(0.2);
    }
  });

  it('M/M/2/6: the share that finds the queue full', () => {
    const of = study({ pods: 3, rate: 660, workload: { concurrency: 2, queueLimit: 4 } });
    const { forecasts, busiest } = podsOf(of);
    expect(busiest.utilisation).toBeCloseTo(1.1, 12);
    expect(forecasts).toMatchObject([{ queue: 'M/M/2/6', standing: 'exact' }]);
    const runs = replicate(of, { seed: 16, count: 10 });
    expectTheory(runs, ({ clients: [client] }) => 1 - client!.succeeded / client!.requests, {
      expected: forecasts[0]!.blocked!,
      within: 0.03,
    });
  });

  it('M/G/4 approximately: within a tenth', () => {
    const service = { kind: 'lognormal', mu: Math.log(8e6), sigma: 0.7 } as const;
    const of = study({ pods: 2, rate: 650, service, workload: { concurrency: 4 } });
    const [forecast] = podsOf(of).forecasts;
    expect(forecast).toMatchObject({ queue: 'M/G/4', standing: 'approximation' });
    const means = replicate(of, { seed: 17, count: 5 }).map(meanLatency);
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
    expect(Math.abs(forecast!.meanSojournNs / mean - 1)).toBeLessThan(0.1);
  });
});

describe('load', () => {
  it('is rate × service time over workers, and unstable above them', () => {
    const pods = podsOf(study({ pods: 2, rate: 500, workload: { concurrency: 2 } }));
    expect(pods).toMatchObject({ pods: 2, rate: 500, erlangs: 5, forecasts: [], pooled: null });
    expect(pods.utilisation).toBeCloseTo(1.25, 12);
    // 500 come and 400 are served.
    expect(pods.growth).toBeCloseTo(100, 9);
  });

  it('is that of the CPU limit where that is used up first', () => {
    const { busiest, forecasts, cpu } = podsOf(
      study({ rate: 20, workload: { concurrency: 4, cpuShare: 0.5, cpuLimit: 0.2 } }),
    );
    // 0.2 erlangs, half of it CPU time: 0.1 of 0.2 cores.
    expect(busiest).toMatchObject({ limit: 'CPU limit' });
    expect(busiest.utilisation).toBeCloseTo(0.5, 12);
    expect(cpu!.used).toBeCloseTo(0.1, 12);
    expect(forecasts[0]).toMatchObject({ standing: 'lower bound' });
  });

  it('follows the traffic policy: a node without pods of its own serves nobody', () => {
    const of = study({ pods: 2, rate: 100, serviceFacts: { internalTrafficPolicy: 'Local' } });
    const [phase] = outlookOf(of, []).base.phases;
    expect(phase).toMatchObject({ unserved: 100, workloads: [] });
  });

  it('follows zones: with PreferSameZone the pods of the clients get all of it', () => {
    const of = study({ pods: 2, rate: 100, serviceFacts: { topology: 'PreferSameZone' } });
    const zoned: Plan = {
      ...of,
      nodes: of.nodes.map((node, i) => ({ ...node, zone: i === 0 ? 'b' : 'a' })),
      workloads: of.workloads.map((workload) => ({
        ...workload,
        pods: workload.pods.map((pod, i) => ({ ...pod, node: i })),
      })),
    };
    const pods = podsOf(zoned);
    expect(pods.busiest).toMatchObject({ pod: 'backend-1', rate: 100 });
    expect(pods.caveats.join()).toContain('unevenly');
  });
});

describe('phases', () => {
  it('a rollout lacks maxUnavailable pods, a slow pod is the busiest, a surge is at its top', () => {
    const of = study({
      pods: 8,
      rate: 400,
      windows: ['rollout', 'slow', 'surge'].map((name) => ({ name, from: null, to: null })),
      timeline: [
        { kind: 'rollout', workload: 0, revision: null, at: at(30), window: 1 },
        {
          kind: 'slowPod',
          workload: 0,
          pod: 'backend-3',
          factor: 3,
          lasts: sec(10),
          at: at(100),
          window: 2,
        },
        {
          kind: 'setArrival',
          client: 0,
          arrival: poisson(1000),
          lasts: sec(10),
          at: at(200),
          window: 3,
        },
      ],
    });
    expect(phasesOf(of).map(({ name }) => name)).toEqual(['steady', 'rollout', 'slow', 'surge']);
    expect(podsOf(of).pods).toBe(8);
    // 25 % of 8.
    expect(podsOf(of, 'rollout')).toMatchObject({ pods: 6, busiest: { rate: 400 / 6 } });
    expect(podsOf(of, 'slow').busiest).toMatchObject({ pod: 'backend-3' });
    expect(podsOf(of, 'slow').busiest.utilisation).toBeCloseTo(1.5, 12);
    expect(podsOf(of, 'surge').rate).toBe(1000);
  });

  it('pods of a node that is down are gone, and those of what was scaled are there after it', () => {
    const of = study({
      pods: 4,
      windows: ['scale', 'nodeDown'].map((name) => ({ name, from: null, to: null })),
      timeline: [
        { kind: 'scale', workload: 0, replicas: 6, at: at(30), window: 1 },
        { kind: 'nodeDown', node: 0, lasts: sec(20), at: at(60), window: 2 },
      ],
    });
    expect(podsOf(of, 'scale').pods).toBe(6);
    // Two new ones on the node that had none, and all others were on the one that is down.
    expect(podsOf(of, 'nodeDown').pods).toBe(2);
  });
});

describe('caveats', () => {
  it('kept connections have no queue of theory, and the pooled bound all the same', () => {
    const pods = podsOf(study({ pods: 4, rate: 200, client: { connection: keepAlive() } }));
    expect(pods.forecasts).toEqual([]);
    expect(pods.pooled).toMatchObject({ queue: 'M/M/4', standing: 'lower bound' });
    expect(pods.caveats.join()).toMatch(/keeps connections.*requests wait for one/);
  });

  it('a timeout is mentioned with the share that would exceed it, and only if anybody would', () => {
    const patient = podsOf(study({ rate: 50, client: { timeout: sec(5) } }));
    expect(patient.caveats).toEqual([]);
    // M/M/1 at 0.5: e^(-50 × 0.1).
    const hasty = podsOf(study({ rate: 50, client: { timeout: ms(100) } }));
    expect(hasty.caveats).toEqual([expect.stringContaining('which 0.67% of requests')]);
  });
});

describe('differences of plans', () => {
  it('are named by field and by the names of what holds them', () => {
    const [a, b] = [study({}), study({ mode: 'nftables', workload: { concurrency: 3 } })];
    expect(planDifferences(a, a)).toEqual([]);
    expect(planDifferences(a, { ...b, variant: 'other' })).toEqual([
      { path: 'proxies[0].mode', from: 'iptables', to: 'nftables' },
      { path: 'workloads[deployment/backend].concurrency', from: 1, to: 3 },
    ]);
  });
});

describe('cost', () => {
  it('counts requests by the integral of the rate', () => {
    const ramp = study({
      client: {
        arrival: {
          kind: 'ramp',
          points: [
            { at: at(0), rate: 0 },
            { at: at(320), rate: 100 },
          ],
        },
      },
    });
    expect(expectedRequests(ramp)).toBeCloseTo(16_000, 0);
  });

  it('is that of a pilot, run by the clock that is given', () => {
    let now = 0;
    const gauge = { now: () => (now += 10), memory: () => 1e8 };
    const of = { ...study({}), replications: 4 };
    const { runs, requests, estimate } = costOf([of], { workers: 2, gauge });
    expect([runs, Math.round(requests)]).toEqual([4, 4 * 25_600]);
    expect(estimate).toMatchObject({ workers: 2, peakBytes: 1.8e8 });
    expect(estimate!.wallMs).toBeGreaterThanOrEqual(estimate!.cpuMs / 2);
    expect(costOf([of], { workers: 2, gauge: null }).estimate).toBeNull();
  });

  it('is that of a run by events where the express lane gives up, however fast that was', () => {
    const cpuMs = (ports: number): number => {
      let now = 0;
      const gauge = { now: () => (now += 10), memory: () => 1e8 };
      const range = { first: 1, last: ports, timeWait: sec(60) };
      const of = study({ pods: 5, rate: 300, client: { ports: range } });
      return costOf([of], { workers: 1, gauge }).estimate!.cpuMs;
    };
    // As many as rest at once, and few more: the lane does not follow them one by one. An event for each request, or two.
    expect(cpuMs(18_800) / cpuMs(60_000)).toBeGreaterThan(1.8);
  });
});

import { describe, expect, it } from 'vitest';
import { DEPLOYMENT } from '../../src/scenario/defaults.ts';
import { serviceBalances } from '../../src/study/figures/service-balance.ts';
import { at, constant, ms, ns, plan, poisson, sec } from './plans.ts';
import { record } from './recorded.ts';

describe('a fair share', () => {
  it('is of the time, shared at each instant among the pods ready then', () => {
    // One pod alone for 4 s, then three more for the other 6 s; one of those is unready for the last 2 s.
    const result = record(
      plan({
        lag: ns(0),
        duration: 10,
        workload: { controller: DEPLOYMENT, startUp: constant(ns(0)) },
        timeline: [
          { kind: 'scale', at: at(4), workload: 0, replicas: 4 },
          { kind: 'setReady', at: at(8), workload: 0, pod: 'backend-3', ready: false },
        ],
      }),
    );
    const fair = Object.fromEntries(result.pods.map(({ pod, fairNs }) => [pod, fairNs / 1e9]));
    expect(fair['backend-0']).toBeCloseTo(4 + 4 / 4 + 2 / 3, 6);
    expect(fair['backend-1']).toBeCloseTo(4 / 4 + 2 / 3, 6);
    expect(fair['backend-2']).toBeCloseTo(4 / 4 + 2 / 3, 6);
    expect(fair['backend-3']).toBeCloseTo(4 / 4, 6);
  });

  it('ends with the deletion of a pod, though it goes on serving until SIGTERM', () => {
    const result = record(
      plan({
        pods: 2,
        lag: ns(0),
        duration: 10,
        workload: {
          controller: { kind: 'None' },
          preStop: sec(5),
          terminationGracePeriod: sec(30),
        },
        timeline: [{ kind: 'deletePod', at: at(4), workload: 0, pod: 'backend-1' }],
      }),
    );
    expect(result.pods.map(({ readyNs }) => readyNs / 1e9)).toEqual([10, 9]);
    expect(result.pods.map(({ fairNs }) => fairNs / 1e9)).toEqual([8, 2]);
  });

  it('finds a spread by pure chance fair, though pods come in the middle', () => {
    // p-values are uniform here; the smallest of 20 is below 0.0005 in one of 100 sets of seeds.
    for (let seed = 1; seed <= 20; seed++) {
      const result = record(
        plan({
          mode: 'nftables',
          lag: ns(0),
          service: constant(ms(1)),
          duration: 20,
          workload: { controller: DEPLOYMENT, concurrency: 1000, startUp: constant(ns(0)) },
          client: { arrival: poisson(500) },
          timeline: [{ kind: 'scale', at: at(10), workload: 0, replicas: 10 }],
          windows: [{ name: 'late', from: at(10), to: at(20) }],
        }),
        seed,
      );
      for (const window of ['all', 'late']) {
        const [balance] = serviceBalances(result, window);
        expect(balance!.pValue).toBeGreaterThan(0.00025);
        expect(balance!.maxOverMean).toBeLessThan(1.25);
      }
    }
  });

  it('adds up to the time for which any pod was ready', () => {
    const result = record(
      plan({
        pods: 4,
        duration: 20,
        workload: {
          readinessFlap: {
            every: { kind: 'exponential', mean: sec(2) },
            lasts: { kind: 'exponential', mean: sec(1) },
          },
        },
      }),
    );
    const total = result.pods.reduce((sum, { fairNs }) => sum + fairNs, 0);
    expect(total).toBeLessThanOrEqual(20e9 * (1 + 1e-12));
    expect(total).toBeGreaterThan(0.9 * 20e9);
  });
});

import { describe, expect, it } from 'vitest';
import type { Action, Plan, TimelineAction } from '../../../src/contract/plan.ts';
import type { RunResult } from '../../../src/contract/result.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { at, constant, exponential, ms, paced, sec } from '../plans.ts';
import { cluster, errorsBySecond, failed, IMPATIENT, of } from './clusters.ts';

const RECORDS = { recordRequests: true };
const requestsOf = (result: RunResult): NonNullable<RunResult['requests']> => result.requests!;
const doing = (action: Action, from: number): TimelineAction[] => [
  { ...action, at: at(from), window: 1 } as TimelineAction,
];
const openFor = (result: RunResult): number => result.windows[1]!.openNs / 1e9;

const calls = (timeline: readonly TimelineAction[], options: object = {}): Plan =>
  cluster({
    podNodes: [0, 0],
    client: { ...IMPATIENT, arrival: paced(100) },
    duration: 30,
    timeline,
    ...options,
  });

describe('slowPod', () => {
  it('multiplies the service times of its pod, for its time', () => {
    const slow = {
      kind: 'slowPod',
      workload: 0,
      pod: 'backend-0',
      factor: 5,
      lasts: sec(10),
    } as const;
    const result = simulate(calls(doing(slow, 10), { service: constant(ms(4)) }), 1, RECORDS);
    for (const { issuedNs, pod, latencyNs } of requestsOf(result)) {
      const isSlow = pod === 'backend-0' && issuedNs >= 10e9 && issuedNs + 1e6 < 20e9;
      expect(latencyNs).toBe((isSlow ? 20e6 : 4e6) + 1e6);
    }
  });
});

describe('setArrival', () => {
  it('changes arrivals at its moment and back, and nothing before', () => {
    const burst = {
      kind: 'setArrival',
      client: 0,
      arrival: paced(1000),
      lasts: sec(5),
    } as const;
    const counts = simulate(calls(doing(burst, 10)), 1).timeline.map(({ requests }) => requests);
    const expected = Array.from({ length: 30 }, (_, i) => (i >= 10 && i < 15 ? 1000 : 100));
    // What is due on the edge of a second belongs to the next one.
    counts.forEach((count, i) => expect(Math.abs(count - expected[i]!)).toBeLessThanOrEqual(1));
    const random = { client: { ...IMPATIENT } };
    const before = simulate(calls([], random), 1).timeline.slice(0, 10);
    expect(simulate(calls(doing(burst, 10), random), 1).timeline.slice(0, 10)).toEqual(before);
  });
});

describe('crash', () => {
  it('refuses connections until its process serves again, after the time that it says', () => {
    const crash = { kind: 'crash', workload: 0, pod: null, lasts: sec(3) } as const;
    const errors = errorsBySecond(simulate(calls(doing(crash, 10)), 1));
    expect(errors.map((count) => (count > 0 ? 1 : 0))).toEqual(
      Array.from({ length: 30 }, (_, i) => (i >= 10 && i <= 13 ? 1 : 0)),
    );
  });
});

describe('windows', () => {
  it('of scale are open until as many pods are Ready', () => {
    const scale = { kind: 'scale', workload: 0, replicas: 5 } as const;
    // A start of 1 s, and the hops to the API server.
    expect(openFor(simulate(calls(doing(scale, 10)), 1))).toBeCloseTo(1, 1);
  });

  it('of deletePod are open until its replacement is Ready', () => {
    const gone = { kind: 'deletePod', workload: 0, pod: 'backend-1' } as const;
    expect(openFor(simulate(calls(doing(gone, 10)), 1))).toBeCloseTo(1, 1);
  });

  it('of an action without an end are open to the end', () => {
    const slow = { kind: 'apiServerSlow', factor: 3, lasts: null } as const;
    expect(openFor(simulate(calls(doing(slow, 12)), 1))).toBe(18);
  });
});

describe('zoneDown', () => {
  const lossOf = (topology: 'PreferSameZone' | null): number => {
    const plan = cluster({
      podNodes: [0, 1, 2, 3],
      zones: ['b', 'a', 'b', 'a', 'b'],
      clientNodes: 4,
      serviceFacts: { topology },
      client: { ...IMPATIENT, arrival: paced(200) },
      duration: 30,
      timeline: doing({ kind: 'zoneDown', zone: 'b', lasts: null }, 10),
    });
    // Clients in the zone that stays, on nodes 1 and 3.
    const [web] = plan.clients;
    const replicas = web!.replicas.filter(({ node }) => node === 1 || node === 3);
    return failed(of(simulate({ ...plan, clients: [{ ...web!, replicas }] }, 1), 'outage'));
  };

  it('costs clients of the other zone their share of dead pods, and nothing with trafficDistribution', () => {
    expect(lossOf('PreferSameZone')).toBe(0);
    // Before NotReady, 20 s at 200/s, half of the pods.
    expect(lossOf(null) / 4000).toBeCloseTo(0.5, 1);
  });
});

describe('random faults', () => {
  // A renewal process: availability is MTBF / (MTBF + MTTR).
  it('leave a node up for a share of MTBF/(MTBF+MTTR) of the time', () => {
    const down: Action = { kind: 'nodeDown', node: 0, lasts: null };
    const fault = {
      window: 1,
      every: exponential(sec(20)),
      lasts: exponential(sec(5)),
      actions: [down],
    };
    const plan = cluster({ podNodes: [1], rate: 1, duration: 40_000, faults: [fault] });
    const share = openFor(simulate(plan, 4)) / 40_000;
    // 1,600 cycles: the standard deviation of the share is 0.2 × 0.8 × √(2 / 1,600) = 0.0057; four of them.
    expect(Math.abs(share - 0.2)).toBeLessThan(0.023);
  });
});

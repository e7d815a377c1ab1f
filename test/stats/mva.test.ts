/** Mean-value analysis against what is known in closed form: one station is a birth and death process. */
import { describe, expect, it } from 'vitest';
import { asymptoticBound, closedNetwork } from '../../src/stats/queueing/mva.ts';

/** M/M/c//N: machines that break down and are repaired by c people. Gross et al., 2.6, by logarithms. */
function machineRepair(users: number, servers: number, think: number, service: number) {
  const logs = [0];
  for (let n = 1; n <= users; n++) {
    const rate = Math.min(n, servers) / service;
    logs.push(logs[n - 1]! + Math.log((users - n + 1) / think / rate));
  }
  const top = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = weights.reduce((sum, weight, n) => sum + weight * n, 0) / total;
  const busy = weights.reduce((sum, weight, n) => sum + weight * Math.min(n, servers), 0) / total;
  return { throughput: busy / service, sojourn: mean / (busy / service), inSystem: mean };
}

describe('mean-value analysis', () => {
  it.each([
    [1, 1, 5],
    [7, 1, 5],
    [400, 1, 90],
    [3, 4, 2],
    [25, 4, 5],
    [300, 4, 60],
    [60, 16, 2],
    [100, 16, 6],
    [5000, 2, 900],
  ])('is machine repair for %i users at one station of %i servers', (users, servers, think) => {
    const { throughput, stations } = closedNetwork({
      users,
      think,
      stations: [{ count: 1, visits: 1, service: 1, servers }],
    });
    const theory = machineRepair(users, servers, think, 1);
    // Digits are lost where one of several servers is hardly ever idle.
    const digits = servers === 1 ? 9 : servers <= 4 ? 3 : 2;
    expect(throughput / theory.throughput).toBeCloseTo(1, digits);
    expect(stations[0]!.sojourn / theory.sojourn).toBeCloseTo(1, digits);
    expect(stations[0]!.inSystem / theory.inSystem).toBeCloseTo(1, digits);
    expect(stations[0]!.utilisation).toBeCloseTo(throughput / servers, 12);
  });

  it('balances n users over m stations that are alike as X = n / (s (n + m - 1)), without think time', () => {
    for (const [n, m] of [
      [1, 1],
      [5, 3],
      [40, 8],
    ] as const) {
      const stations = [{ count: m, visits: 1, service: 2, servers: 1 }];
      expect(closedNetwork({ users: n, think: 0, stations }).throughput).toBeCloseTo(
        n / (2 * (n + m - 1)),
        12,
      );
    }
  });

  it('knows stations that are alike together or one by one', () => {
    const one = { visits: 0.25, service: 3, servers: 2 };
    const together = closedNetwork({ users: 30, think: 4, stations: [{ ...one, count: 4 }] });
    const apart = closedNetwork({
      users: 30,
      think: 4,
      stations: Array.from({ length: 4 }, () => ({ ...one, count: 1 })),
    });
    expect(apart.throughput).toBeCloseTo(together.throughput, 12);
    expect(apart.response).toBeCloseTo(together.response, 12);
  });

  it("holds Little's law for users, and stays within the asymptotic bounds", () => {
    for (const users of [1, 3, 10, 50]) {
      const network = {
        users,
        think: 7,
        stations: [
          { count: 2, visits: 0.5, service: 2, servers: 1 },
          { count: 1, visits: 1, service: 5, servers: 3 },
        ],
      };
      const { throughput, response, stations } = closedNetwork(network);
      expect(throughput * (7 + response)).toBeCloseTo(users, 9);
      const there = 2 * stations[0]!.inSystem + stations[1]!.inSystem;
      expect(there).toBeCloseTo(users - 7 * throughput, 9);
      expect(throughput).toBeLessThanOrEqual(asymptoticBound(network) * (1 + 1e-12));
    }
  });

  it('has nobody wait where a user is alone, and all where nobody thinks', () => {
    const stations = [{ count: 1, visits: 1, service: 2, servers: 1 }];
    expect(closedNetwork({ users: 1, think: 8, stations }).stations[0]).toEqual({
      sojourn: 2,
      inSystem: 0.2,
      utilisation: 0.2,
      waitProbability: 0,
    });
    const busy = closedNetwork({ users: 9, think: 0, stations }).stations[0]!;
    expect(busy.waitProbability).toBe(1);
    expect(busy.sojourn).toBe(18);
  });
});

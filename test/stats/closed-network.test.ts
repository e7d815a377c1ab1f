/** Closed networks against what is known in closed form: one station is a birth and death process. */
import { describe, expect, it } from 'vitest';
import { asymptoticBound, closedNetwork } from '../../src/stats/queueing/closed-network.ts';

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

describe('a closed network', () => {
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
    [5000, 2, 2400],
    [64, 64, 1e-3],
    [65, 64, 1e-3],
    [4000, 64, 5],
    [3000, 1000, 2],
    [20, 500, 3],
    [20_000, 16, 1e6],
  ])('is machine repair for %i users at one station of %i servers', (users, servers, think) => {
    const { throughput, stations } = closedNetwork({
      users,
      think,
      stations: [{ count: 1, visits: 1, service: 1, servers }],
    });
    const theory = machineRepair(users, servers, think, 1);
    expect(throughput / theory.throughput).toBeCloseTo(1, 9);
    expect(stations[0]!.sojourn / theory.sojourn).toBeCloseTo(1, 9);
    expect(stations[0]!.inSystem / theory.inSystem).toBeCloseTo(1, 9);
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
    const alone = closedNetwork({ users: 1, think: 8, stations }).stations[0]!;
    expect(alone.sojourn).toBeCloseTo(2, 12);
    expect(alone.inSystem).toBeCloseTo(0.2, 12);
    expect(alone.utilisation).toBeCloseTo(0.2, 12);
    expect(alone.waitProbability).toBe(0);
    const busy = closedNetwork({ users: 9, think: 0, stations }).stations[0]!;
    expect(busy.waitProbability).toBeCloseTo(1, 12);
    expect(busy.sojourn).toBeCloseTo(18, 12);
  });

  it('is the product form, state by state, of stations that differ', () => {
    const stations = [
      { count: 1, visits: 0.6, service: 3, servers: 3 },
      { count: 1, visits: 0.4, service: 2, servers: 1 },
      { count: 1, visits: 1, service: 4, servers: 5 },
    ];
    const [users, think] = [9, 2];
    const weight = ({ servers, service, visits }: (typeof stations)[0], n: number): number => {
      let product = 1;
      for (let j = 1; j <= n; j++) product *= (visits * service) / Math.min(j, servers);
      return product;
    };
    const sums = (population: number) => {
      const [lengths, busy] = [
        [0, 0, 0],
        [0, 0, 0],
      ];
      let all = 0;
      for (let a = 0; a <= population; a++) {
        for (let b = 0; a + b <= population; b++) {
          for (let c = 0; a + b + c <= population; c++) {
            let thinking = 1;
            for (let k = 1; k <= population - a - b - c; k++) thinking *= think / k;
            const there = [a, b, c];
            const chance = there.reduce((p, n, i) => p * weight(stations[i]!, n), thinking);
            all += chance;
            there.forEach((n, i) => {
              lengths[i]! += n * chance;
              if (n >= stations[i]!.servers) busy[i]! += chance;
            });
          }
        }
      }
      return { all, lengths: lengths.map((x) => x / all), busy: busy.map((x) => x / all) };
    };
    const [full, less] = [sums(users), sums(users - 1)];
    const found = closedNetwork({ users, think, stations });
    expect(found.isExact).toBe(true);
    expect(found.throughput).toBeCloseTo(less.all / full.all, 12);
    found.stations.forEach((station, i) => {
      expect(station.inSystem).toBeCloseTo(full.lengths[i]!, 11);
      expect(station.waitProbability).toBeCloseTo(less.busy[i]!, 11);
    });
  });

  it('becomes the open network of as many users on average, which is said where it is taken for that', () => {
    const stations = [
      { count: 20, visits: 0.05, service: 3, servers: 4 },
      { count: 1, visits: 1, service: 0.05, servers: 1 },
    ];
    for (const [users, digits] of [
      [300, 1],
      [30_000, 2],
    ] as const) {
      const network = { users, think: users / 19, stations };
      const exact = closedNetwork(network);
      const open = closedNetwork(network, 0);
      expect([exact.isExact, open.isExact]).toEqual([true, false]);
      expect(open.throughput / exact.throughput).toBeCloseTo(1, digits);
      expect(open.response / exact.response).toBeCloseTo(1, digits);
      const [a, b] = [exact.stations[1]!, open.stations[1]!];
      expect(b.waitProbability / a.waitProbability).toBeCloseTo(1, digits);
    }
  });

  it('of users who have nothing to wait for is their thinking', () => {
    const stations = [{ count: 3, visits: 1 / 3, service: 0, servers: 2 }];
    expect(closedNetwork({ users: 10, think: 4, stations })).toMatchObject({
      throughput: 2.5,
      response: 0,
    });
  });
});

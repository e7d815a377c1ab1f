/** Sidecars: who picks, how evenly, and what it costs. */
import { describe, expect, it } from 'vitest';
import { PROXY } from '../../../src/contract/result.ts';
import type { Plan } from '../../../src/contract/plan.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { constant, keepAlive, ms, multiplexed, paced, plan, us } from '../plans.ts';
import { inconsistencies } from '../conservation.ts';
import { meshed, sidecar, ztunnel } from './meshes.ts';

const servedBy = (made: Plan, seed = 1): number[] =>
  simulate(made, seed).pods.map(({ requests }) => requests);

/** Pearson's statistic for two rows of counts of the same things. */
function homogeneity(first: readonly number[], second: readonly number[]): number {
  const total = (row: readonly number[]): number => row.reduce((sum, count) => sum + count, 0);
  const [n, m] = [total(first), total(second)];
  return first.reduce((sum, a, i) => {
    const b = second[i]!;
    const expected = ((a + b) * n) / (n + m);
    return (
      sum + (a - expected) ** 2 / expected + (b - (a + b - expected)) ** 2 / (a + b - expected)
    );
  }, 0);
}

describe('a sidecar', () => {
  it('with random picks, at no cost and with a view that is never behind, picks as nftables does for each connection', () => {
    const free = { hop: ms(0), duration: 100 };
    const bySidecar = servedBy(
      meshed(sidecar(), { kind: 'random' }, { ...free, connection: keepAlive({ pool: 1e6 }) }),
    );
    const byRules = servedBy(
      plan({ pods: 4, rate: 400, warmUp: 1, service: constant(ms(1)), mode: 'nftables', ...free }),
    );
    expect(bySidecar.reduce((sum, count) => sum + count)).toBeGreaterThan(35_000);
    // The 99.99 % quantile of chi-square with 3 degrees of freedom: a false alarm in 10,000 seeds.
    expect(homogeneity(bySidecar, byRules)).toBeLessThan(21.11);
  });

  it('with round_robin gives all pods the same, to within one request', () => {
    const served = servedBy(meshed(sidecar(), { kind: 'round_robin' }, { pods: 7, rate: 333 }));
    // The window may begin and end anywhere in a round.
    expect(Math.max(...served) - Math.min(...served)).toBeLessThanOrEqual(1);
  });

  it('spreads over all pods what shared connections pin to one by the ClusterIP or a ztunnel', () => {
    const policy = { kind: 'least_request', choices: 2 } as const;
    const options = { connection: multiplexed() };
    const pinned = [null, ztunnel()].map((mesh) => servedBy(meshed(mesh, policy, options)));
    for (const served of pinned) expect(served.filter((count) => count > 0)).toHaveLength(1);
    for (const share of servedBy(meshed(sidecar(), policy, options))) {
      expect(share).toBeGreaterThan(900);
    }
  });

  it('adds the time of both proxies to each request, as a part of its own', () => {
    const times = { client: constant(us(300)), server: constant(us(200)) };
    const policy = { kind: 'round_robin' } as const;
    const options = { client: { arrival: paced(50) } };
    const dear = meshed(sidecar({ proxyTime: times }), policy, options);
    const free = meshed(sidecar(), policy, options);
    const record = { recordRequests: true, recordConnections: true };
    const [slow, fast] = [simulate(dear, 1, record), simulate(free, 1, record)];
    expect(inconsistencies(dear, slow)).toEqual([]);
    slow.requests!.forEach((request, i) => {
      expect(request.partsNs[PROXY]).toBe(500_000);
      expect(request.latencyNs - fast.requests![i]!.latencyNs).toBe(500_000);
    });
    expect(slow.requests!.length).toBeGreaterThan(400);
  });
});

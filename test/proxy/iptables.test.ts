import { describe, expect, it } from 'vitest';
import { ruleProbability } from '../../src/proxy/iptables.ts';
import { balanceOf } from '../../src/stats/balance.ts';
import {
  COSTS,
  countsOf,
  manyEndpoints,
  newFlow,
  picks,
  planeOf,
  rulesOf,
  usable,
  syncOf,
} from './planes.ts';

const { base, perServiceRule, perEndpointRule, syncBase, syncPerService } = COSTS.iptables;

describe('the statistic rules', () => {
  it('give every endpoint exactly 1/n: p(i) × Π (1 - p(j)), as fractions', () => {
    for (const n of [1, 2, 3, 5, 10, 100]) {
      // Whole numbers: rule i matches 1 in n - i, so 1/p is one.
      let numerator = 1n;
      let denominator = 1n;
      for (let i = 0; i < n; i++) {
        const inverse = BigInt(Math.round(1 / ruleProbability(i, n)));
        expect(numerator * BigInt(n)).toBe(denominator * inverse);
        numerator *= inverse - 1n;
        denominator *= inverse;
      }
      expect(ruleProbability(n - 1, n)).toBe(1);
    }
  });

  it.each([2, 3, 5, 10, 50, 1000])('spread picks over %i endpoints by chance', (n) => {
    // χ² of Pearson, a false alarm in 1000 over seeds each.
    const rules = rulesOf(planeOf({ mode: 'iptables', seed: 3 }), manyEndpoints(n));
    const { pValue, maxOverMean } = balanceOf(countsOf(picks(rules, 200 * n), n))!;
    expect(pValue).toBeGreaterThan(0.001);
    // By chance is not in turn.
    expect(maxOverMean).toBeGreaterThan(1);
  });
});

describe('the cost of a first packet', () => {
  /** Costs by endpoint picked, for one order of chains. */
  const costs = (services: number, seed: number): Map<number, number> => {
    const rules = rulesOf(planeOf({ mode: 'iptables', services, seed }), manyEndpoints(3));
    const found = new Map<number, number>();
    for (let i = 0; i < 50; i++) {
      const flow = newFlow();
      rules.open(flow, 0);
      found.set(flow.endpoint!.pod, flow.proxyCost);
    }
    return found;
  };

  it('grows by a rule with every endpoint that the packet passes', () => {
    const found = costs(1, 1);
    const before = base + perServiceRule;
    for (const pod of [0, 1, 2]) {
      expect(found.get(pod)).toBe(Math.round(before + (pod + 1) * perEndpointRule));
    }
  });

  it('is that of a rank anywhere among S Services, each as likely: linear in S, half of it on average', () => {
    const ranks = (services: number): number[] => {
      const plane = planeOf({ mode: 'iptables', services, seed: 9 });
      const rules = rulesOf(plane, manyEndpoints(1));
      return Array.from({ length: 4000 }, () => {
        const flow = newFlow();
        rules.open(flow, 0);
        plane.synced();
        return Math.round((flow.proxyCost - base - perEndpointRule) / perServiceRule);
      });
    };
    for (const services of [10, 1000, 20_000]) {
      const found = ranks(services);
      expect(Math.min(...found)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...found)).toBeLessThanOrEqual(services);
      const mean = found.reduce((total, rank) => total + rank, 0) / found.length;
      // Uniform on 1..S: standard error S/√12/√4000; four of them, a false alarm in 16,000.
      expect(Math.abs(mean - (services + 1) / 2)).toBeLessThan((4 * services) / Math.sqrt(48_000));
      const tenths = countsOf(
        found.map((rank) => Math.floor(((rank - 1) / services) * 10)),
        10,
      );
      expect(balanceOf(tenths)!.pValue).toBeGreaterThan(0.001);
    }
  });

  it('stays between syncs, and changes with them', () => {
    const plane = planeOf({ mode: 'iptables', services: 10_000 });
    const rules = rulesOf(plane, manyEndpoints(1));
    const cost = (): number => {
      const flow = newFlow();
      rules.open(flow, 0);
      return flow.proxyCost;
    };
    const first = cost();
    expect(cost()).toBe(first);
    rules.apply(usable(manyEndpoints(1)), 0);
    expect(cost()).toBe(first);
    plane.synced();
    const second = cost();
    expect(second).not.toBe(first);
    expect(cost()).toBe(second);
  });
});

describe('a sync', () => {
  it('writes every Service, however little changed', () => {
    const plane = planeOf({ mode: 'iptables', services: 5000 });
    const whole = Math.round(syncBase + 5000 * syncPerService);
    expect(plane.programmingTime(syncOf(1))).toBe(whole);
    expect(plane.programmingTime(syncOf(100))).toBe(whole);
  });
});

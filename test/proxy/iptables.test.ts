import { describe, expect, it } from 'vitest';
import type { ProxyCosts } from '../../src/contract/plan.ts';
import type { ServiceRules } from '../../src/proxy/data-plane.ts';
import { ruleProbability } from '../../src/proxy/iptables.ts';
import { balanceOf } from '../../src/stats/balance.ts';
import {
  COSTS,
  countsOf,
  endpointsOf,
  manyEndpoints,
  newFlow,
  pick,
  picks,
  planeOf,
  PORT,
  rulesOf,
  stickyRules,
  usable,
} from './planes.ts';
import { constant, ns } from '../world/plans.ts';

const { perServiceRule, perEndpointRule, perAffinityRule, perAffinityEndpoint, masquerade } =
  COSTS.iptables;
const base = COSTS.iptables.base.value;

describe('the statistic rules', () => {
  it('O2: give every endpoint exactly 1/n: p(i) × Π (1 - p(j)), as fractions', () => {
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

  it.each([2, 3, 5, 10, 50, 1000])('O1: spread picks over %i endpoints by chance', (n) => {
    // χ² of Pearson, a false alarm in 1000 over seeds each.
    const rules = rulesOf(planeOf({ mode: 'iptables', seed: 3 }), manyEndpoints(n));
    const { pValue, maxOverMean } = balanceOf(countsOf(picks(rules, 200 * n), n))!;
    expect(pValue).toBeGreaterThan(0.001);
    // By chance is not in turn.
    expect(maxOverMean).toBeGreaterThan(1);
  });
});

describe('the cost of a first packet', () => {
  it('by a node port is that of all Services before it: KUBE-NODEPORTS is the last rule', () => {
    const plane = planeOf({ mode: 'iptables', services: 1000 });
    const rules = plane.createRules({ ...PORT, external: true }, usable(manyEndpoints(1)));
    const costs = Array.from({ length: 20 }, () => {
      plane.synced();
      const flow = newFlow();
      rules.open(flow, 0);
      return flow.proxyCost;
    });
    expect(new Set(costs)).toEqual(new Set([plane.costOfMiss()]));
  });

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
    for (const pod of [0, 1, 2]) {
      expect(found.get(pod)).toBe(Math.round(base + pod * perEndpointRule));
    }
  });

  it('O12: is that of a rank anywhere among S Services, each as likely: linear in S, half of it on average', () => {
    const ranks = (services: number): number[] => {
      const plane = planeOf({ mode: 'iptables', services, seed: 9 });
      const rules = rulesOf(plane, manyEndpoints(1));
      return Array.from({ length: 4000 }, () => {
        const flow = newFlow();
        rules.open(flow, 0);
        plane.synced();
        return 1 + Math.round((flow.proxyCost - base) / perServiceRule);
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

describe('the rules that a packet passes besides', () => {
  const cost = (rules: ServiceRules, sourceIp?: number): number => {
    const flow = newFlow(sourceIp);
    rules.open(flow, 0);
    return flow.proxyCost;
  };

  it('are those of all Services without endpoints, in the filter table', () => {
    const proxy = { otherServicesWithoutEndpoints: 400 };
    const plane = planeOf({ mode: 'iptables', services: 401, proxy });
    // Alone in the nat table: no rule before its own.
    expect(cost(rulesOf(plane, manyEndpoints(1)))).toBe(Math.round(base + 400 * perServiceRule));
  });

  it('are the whole nat table and a part of the filter table where the Service has no endpoints', () => {
    const proxy = { otherServicesWithoutEndpoints: 100 };
    const plane = planeOf({ mode: 'iptables', services: 1001, proxy });
    const rules = rulesOf(plane, []);
    for (let i = 0; i < 100; i++) {
      const passed = Math.round((cost(rules) - base) / perServiceRule);
      expect(passed).toBeGreaterThanOrEqual(900);
      expect(passed).toBeLessThanOrEqual(1000);
      plane.synced();
    }
  });

  it('are all there are for an address that no Service has', () => {
    const plane = planeOf({ mode: 'iptables', services: 1000 });
    expect(plane.costOfMiss()).toBe(Math.round(base + 1000 * perServiceRule));
  });

  it('are those of the affinity lists, each dearer by every list on the node', () => {
    const plane = planeOf({ mode: 'iptables' });
    stickyRules(plane, endpointsOf(7, 8, 9), 10e9);
    const rules = stickyRules(plane, manyEndpoints(5), 10e9);
    const perRule = perAffinityRule + 8 * perAffinityEndpoint;
    const flow = newFlow();
    const position = pick(rules, flow);
    expect(flow.proxyCost).toBe(Math.round(base + 5 * perRule + position * perEndpointRule));
    expect(cost(rules)).toBe(Math.round(base + position * perRule));
    // Lists go with their endpoints.
    rules.apply(usable(endpointsOf(position)), 0);
    rules.apply(usable([]), 0);
    rules.apply(usable(endpointsOf(1)), 0);
    expect(cost(rules)).toBe(Math.round(base + perAffinityRule + 4 * perAffinityEndpoint));
  });

  it('rewrite the source of a pod that reaches itself, and of all where masqueradeAll says so', () => {
    const [endpoint] = endpointsOf(0);
    const of = (masqueradeAll: boolean, sourceIp: number): number => {
      const proxy = { iptables: { masqueradeAll, ipListTot: 100 } };
      return cost(rulesOf(planeOf({ mode: 'iptables', proxy }), [endpoint!]), sourceIp) - base;
    };
    expect(of(false, 1)).toBe(0);
    expect(of(false, endpoint!.ip)).toBe(masquerade);
    expect(of(true, 1)).toBe(masquerade);
  });
});

describe('rules in the CPU caches', () => {
  /** What passing `services` rules costs each of many packets. */
  const walks = (costs: Partial<ProxyCosts['iptables']>, services: number): number[] => {
    const iptables = { ...COSTS.iptables, base: constant(ns(0)), ...costs };
    const proxy = { costs: { ...COSTS, iptables } };
    const plane = planeOf({ mode: 'iptables', services, proxy });
    return Array.from({ length: 10_000 }, () => plane.costOfMiss());
  };

  it('cost the warm price up to as many as the caches hold, and the cold one beyond', () => {
    const costs = {
      perServiceRule: 5,
      perServiceRuleCold: 20,
      perServiceRuleColdFirst: 30,
      coldFirstRules: 100,
      coldShare: 0,
      cachedRules: 1000,
    };
    const cold = 100 * 30 + 2900 * 20;
    expect(new Set(walks({ ...costs, coldShare: 1 }, 3000))).toEqual(new Set([cold]));
    expect(new Set(walks({ ...costs, coldShare: 1 }, 50))).toEqual(new Set([50 * 30]));
    // No packet finds them cold: no draw, and no difference between packets.
    expect(new Set(walks(costs, 800))).toEqual(new Set([800 * 5]));
    const some = walks({ ...costs, coldShare: 0.25 }, 3000);
    const warm = 1000 * 5 + 2000 * 20;
    expect(new Set(some)).toEqual(new Set([warm, cold]));
    // Binomial(10,000, 1/4): four standard errors, a false alarm in 16,000.
    const share = some.filter((each) => each === cold).length / some.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 10_000));
  });
});

import { describe, expect, it } from 'vitest';
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
  rulesOf,
  stickyRules,
} from './planes.ts';

const { base, masquerade, perAffinityRule } = COSTS.nftables;

describe('numgen random', () => {
  it.each([2, 3, 5, 10, 50, 1000])('O1: spreads picks over %i endpoints by chance', (n) => {
    // χ² of Pearson, a false alarm in 1000 over seeds each.
    const rules = rulesOf(planeOf({ mode: 'nftables', seed: 4 }), manyEndpoints(n));
    const { pValue, maxOverMean } = balanceOf(countsOf(picks(rules, 200 * n), n))!;
    expect(pValue).toBeGreaterThan(0.001);
    expect(maxOverMean).toBeGreaterThan(1);
  });
});

describe('the cost of a first packet', () => {
  it('O12: is the same for any number of Services and endpoints', () => {
    for (const services of [1, 20_000]) {
      for (const endpoints of [0, 1, 1000]) {
        const plane = planeOf({ mode: 'nftables', services });
        const flow = newFlow();
        rulesOf(plane, manyEndpoints(endpoints)).open(flow, 0);
        plane.synced();
        expect(flow.proxyCost).toBe(base.value);
      }
    }
  });
});

describe('what a first packet costs besides', () => {
  it('is a look-up for each affinity set that it passes, and for all of them where it sticks to none', () => {
    const rules = stickyRules(planeOf({ mode: 'nftables' }), manyEndpoints(5), 10e9);
    const first = newFlow();
    const position = pick(rules, first);
    expect(first.proxyCost).toBe(Math.round(base.value + 5 * perAffinityRule));
    const second = newFlow();
    expect(pick(rules, second)).toBe(position);
    expect(second.proxyCost).toBe(Math.round(base.value + position * perAffinityRule));
  });

  it('is the masquerade of a pod that reaches itself, or of all where masqueradeAll says so', () => {
    const [endpoint] = endpointsOf(0);
    const cost = (masqueradeAll: boolean, sourceIp: number): number => {
      const plane = planeOf({ mode: 'nftables', proxy: { nftables: { masqueradeAll } } });
      const flow = newFlow(sourceIp);
      rulesOf(plane, [endpoint!]).open(flow, 0);
      return flow.proxyCost - base.value;
    };
    expect(cost(false, 1)).toBe(0);
    expect(cost(false, endpoint!.ip)).toBe(masquerade);
    expect(cost(true, 1)).toBe(masquerade);
  });
});

import { describe, expect, it } from 'vitest';
import { balanceOf } from '../../src/stats/balance.ts';
import {
  COSTS,
  countsOf,
  manyEndpoints,
  newFlow,
  picks,
  planeOf,
  rulesOf,
  syncOf,
} from './planes.ts';

const { base, syncBase, syncPerChange } = COSTS.nftables;

describe('numgen random', () => {
  it.each([2, 3, 5, 10, 50, 1000])('spreads picks over %i endpoints by chance', (n) => {
    // χ² of Pearson, a false alarm in 1000 over seeds each.
    const rules = rulesOf(planeOf({ mode: 'nftables', seed: 4 }), manyEndpoints(n));
    const { pValue, maxOverMean } = balanceOf(countsOf(picks(rules, 200 * n), n))!;
    expect(pValue).toBeGreaterThan(0.001);
    expect(maxOverMean).toBeGreaterThan(1);
  });
});

describe('the cost of a first packet', () => {
  it('is the same for any number of Services and endpoints', () => {
    for (const services of [1, 20_000]) {
      for (const endpoints of [0, 1, 1000]) {
        const plane = planeOf({ mode: 'nftables', services });
        const flow = newFlow();
        rulesOf(plane, manyEndpoints(endpoints)).open(flow, 0);
        plane.synced();
        expect(flow.proxyCost).toBe(Math.round(base));
      }
    }
  });
});

describe('a sync', () => {
  it('writes what changed', () => {
    const plane = planeOf({ mode: 'nftables', services: 20_000 });
    expect(plane.programmingTime(syncOf(3))).toBe(syncBase + 3 * syncPerChange);
  });
});

/** The defaults of the cost model are what the recordings and the published figures give, fitted anew. */
import { describe, expect, it } from 'vitest';
import type { Distribution, ProxyMode } from '../../src/contract/plan.ts';
import { programmingTime } from '../../src/proxy/programming-time.ts';
import { IPTABLES_COSTS, PROXY_COSTS } from '../../src/scenario/proxy-cost-defaults.ts';
import {
  firstPacketQuantile,
  pointsOf,
  PUBLISHED_FIRST_PACKETS,
  worstError,
} from '../../validate/costs/first-packet-fit.ts';
import type { WalkCosts } from '../../validate/costs/first-packet-fit.ts';
import { KernelData, number } from '../../validate/kernel-data.ts';
import { relativeFit } from '../../validate/costs/relative-fit.ts';
import { fitSyncs, recordedSyncs, SYNC_FORMS } from '../../validate/costs/sync-fit.ts';
import type { SyncTerm } from '../../validate/costs/sync-fit.ts';
import { manyEndpoints, newFlow, planeOf, rulesOf } from '../proxy/planes.ts';

const data = new KernelData('test/data/kernel/netfilter');
const DEFAULTS = {
  'iptables-legacy': IPTABLES_COSTS.legacy,
  'iptables-nft': IPTABLES_COSTS.nft,
  nftables: PROXY_COSTS.nftables,
};
/** The largest error of a recorded sync: medians of 2 to 14 runs on a machine that had other work. */
const WORST = {
  'iptables-legacy': { fullSync: 0.3, partialSync: 0.2 },
  'iptables-nft': { fullSync: 0.15, partialSync: 0.2 },
  nftables: { fullSync: 0.3, partialSync: 0.3 },
};

describe('relative least squares', () => {
  it('find the coefficients of an exact sum, and none below zero', () => {
    const sizes = [1, 10, 100, 1000];
    const rows = sizes.map((n) => [1, n, n * n]);
    const exact = sizes.map((n) => 7 + 3 * n + 0.5 * n * n);
    relativeFit(rows, exact).forEach((found, i) => expect(found).toBeCloseTo([7, 3, 0.5][i]!, 6));
    const falling = sizes.map((n) => 100 - n / 100);
    expect(relativeFit(rows, falling)[1]).toBe(0);
  });
});

describe.each(SYNC_FORMS)('the programming time of $backEnd, $kind', (form) => {
  const costs = DEFAULTS[form.backEnd];

  it('has the coefficients of the fit, to three digits, and no others', () => {
    const fitted = fitSyncs(data, form);
    const { squaredBeyond, ...terms } = costs[form.kind];
    expect(squaredBeyond).toBe(form.squaredBeyond);
    for (const [term, value] of Object.entries(terms)) {
      const found = form.terms.includes(term as SyncTerm) ? fitted[term as SyncTerm] : 0;
      expect(Math.abs(value - found), term).toBeLessThanOrEqual(0.005 * found);
    }
  });

  it('is near every recorded one', () => {
    for (const { ns, ...sync } of recordedSyncs(data, form)) {
      const work = { ...sync, full: form.kind === 'fullSync', changedEndpoints: 0 };
      const error = programmingTime(costs, work) / ns - 1;
      expect(Math.abs(error), JSON.stringify(sync)).toBeLessThan(WORST[form.backEnd][form.kind]);
    }
  });
});

it('an affinity rule costs what was recorded, by the lists on the node', () => {
  const rows = data.rows('e2c_affinity_tables', ['mode', 'slope_ns_per_affinity_rule']);
  for (const backEnd of ['iptables-legacy', 'iptables-nft'] as const) {
    const recorded = rows.filter(
      (row) => row['mode'] === backEnd && row['target_affinity'] === 'affinity',
    );
    const [perRule, perEndpoint] = relativeFit(
      recorded.map((row) => [1, number(row, 'affinity_endpoints_on_node')]),
      recorded.map((row) => number(row, 'slope_ns_per_affinity_rule')),
    );
    const { perAffinityRule, perAffinityEndpoint } = DEFAULTS[backEnd];
    expect(Math.abs(perAffinityRule / perRule! - 1)).toBeLessThan(0.01);
    expect(Math.abs(perAffinityEndpoint / perEndpoint! - 1)).toBeLessThan(0.01);
  }
});

describe('the published first packets', () => {
  const costs = PROXY_COSTS.iptables as typeof PROXY_COSTS.iptables & WalkCosts;
  const base = pointsOf(costs.base as Extract<Distribution, { kind: 'histogram' }>);

  it('are met within 11 % at every quantile, which one cost of a rule cannot within 40 %', () => {
    expect(worstError(costs, base)).toBeLessThan(0.11);
    for (let slope = 5; slope <= 40; slope += 0.5) {
      const single = {
        ...costs,
        perServiceRule: slope,
        perServiceRuleCold: slope,
        perServiceRuleColdFirst: slope,
      };
      expect(worstError(single, base)).toBeGreaterThan(0.4);
    }
  });

  it('are met better by no other value of a single coefficient', () => {
    const names = [
      'perServiceRule',
      'perServiceRuleCold',
      'perServiceRuleColdFirst',
      'coldShare',
      'cachedRules',
    ] as const;
    const least = worstError(costs, base);
    for (const name of names) {
      for (const factor of [0.8, 0.9, 1.1, 1.2]) {
        const other = { ...costs, [name]: costs[name] * factor };
        expect(worstError(other, base), `${name} × ${factor}`).toBeGreaterThan(least - 0.005);
      }
    }
  });

  it('are what packets through the data planes take', () => {
    for (const { mode, services, quantile, us } of PUBLISHED_FIRST_PACKETS) {
      const sample = firstPackets(mode, services);
      const found = sample[Math.ceil(quantile * sample.length) - 1]!;
      expect(Math.abs(found / (us * 1000) - 1), `${mode} ${services}`).toBeLessThan(0.15);
      if (mode === 'nftables') continue;
      // Four standard errors of a quantile of 50,000 are less than 2 % here.
      const expected = firstPacketQuantile(costs, base, { services, quantile });
      expect(Math.abs(found / expected - 1)).toBeLessThan(0.02);
    }
  });
});

/** Costs of 50,000 first packets, each with rules in an order of its own, ascending. */
function firstPackets(mode: ProxyMode, services: number): Float64Array {
  const plane = planeOf({ mode, services, proxy: { costs: PROXY_COSTS } });
  const rules = rulesOf(plane, manyEndpoints(1));
  return Float64Array.from({ length: 50_000 }, () => {
    const flow = newFlow();
    rules.open(flow, 0);
    plane.synced();
    return flow.proxyCost;
  }).sort();
}

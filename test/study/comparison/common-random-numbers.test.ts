/**
 * What common random numbers are worth on the comparison that ships: the variance of a difference between runs with the same
 * seeds, against that between runs with other seeds, which is the sum of both variances.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { deriveSeed } from '../../../src/base/seed.ts';
import type { Plan } from '../../../src/contract/plan.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import { metricValue } from '../../../src/study/figures/metrics.ts';
import { overall } from '../../../src/study/figures/query.ts';
import { simulate } from '../../../src/world/simulate.ts';

const RUNS = 120;
const METRICS = [
  'latency.mean',
  'latency.p50',
  'latency.p90',
  'latency.p99',
  'balance.maxOverMean',
];

type Figures = ReadonlyMap<string, readonly number[]>;

function variantsOf(name: string): readonly Plan[] {
  const folder = new URL('../../../scenarios/', import.meta.url).pathname;
  const reader = {
    read: (path: string) => readFileSync(join(folder, path), 'utf8'),
    resolve: (_from: string, relative: string) => relative,
  };
  // A third of the length: variances are three times as large, and their ratios the same.
  const loaded = loadScenario(name, reader, { set: ['duration=20s'] });
  if (!loaded.ok) throw new Error(`${name} does not load`);
  return loaded.scenario.variants;
}

/** Other names: other picks by the same rules, while arrivals and demands stay as they are. */
const renamed = (plan: Plan): Plan => ({
  ...plan,
  nodes: plan.nodes.map((node) => ({ ...node, name: `other-${node.name}` })),
});

function figuresOf(plan: Plan): Figures {
  const runs = Array.from({ length: RUNS }, (_, i) => simulate(plan, deriveSeed(plan.seed, i)));
  return new Map(
    METRICS.map((metric) => [metric, runs.map((run) => metricValue(run, overall(metric))!)]),
  );
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Of the differences between runs with the same seeds, and between runs with other seeds. */
function variances(
  one: Figures,
  other: Figures,
  metric: string,
): { paired: number; apart: number } {
  const [a, b] = [one.get(metric)!, other.get(metric)!];
  return { paired: variance(a.map((value, i) => value - b[i]!)), apart: variance(a) + variance(b) };
}

describe('common random numbers, on mi-backend', () => {
  let iptables: Figures;
  let otherPicks: Figures;
  let nftables: Figures;
  let ipvs: Figures;

  beforeAll(() => {
    const [first, second, third] = variantsOf('mi-backend.yaml');
    iptables = figuresOf(first!);
    otherPicks = figuresOf(renamed(first!));
    nftables = figuresOf(second!);
    ipvs = figuresOf(third!);
  });

  it('cut the variance of nftables - iptables a thousandfold and more: both pick alike', () => {
    for (const metric of METRICS) {
      const { paired, apart } = variances(nftables, iptables, metric);
      expect(apart / paired, metric).toBeGreaterThan(1000);
    }
  });

  it('cut the variance of ipvs - iptables, too, though only one of them picks at random', () => {
    const ratioOf = (metric: string): number => {
      const { paired, apart } = variances(ipvs, iptables, metric);
      return apart / paired;
    };
    expect(ratioOf('latency.mean')).toBeGreaterThan(2.2);
    expect(ratioOf('latency.p50')).toBeGreaterThan(2.2);
    // Of the balance nothing is shared: that of ipvs hardly varies at all.
    expect(ratioOf('balance.maxOverMean')).toBeCloseTo(1, 1);
  });

  it('cut at least fivefold what ipvs and iptables have in common: the picks left out', () => {
    // Two runs of iptables with the same arrivals and demands differ by two independent series of picks.
    const picks = variances(iptables, otherPicks, 'latency.mean').paired / 2;
    const { paired, apart } = variances(ipvs, iptables, 'latency.mean');
    // Were everything else the same, the picks alone would keep the ratio below this.
    expect(apart / picks).toBeLessThan(5.5);
    expect((apart - picks) / (paired - picks)).toBeGreaterThan(5);
  });
});

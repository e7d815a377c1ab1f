import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/contract/result.ts';
import { Histogram } from '../../../src/stats/histogram.ts';
import { compareFigures, COMPARED_METRICS } from '../../../src/study/comparison/compare.ts';
import type { Comparison } from '../../../src/study/comparison/compare.ts';
import { variantFigures } from '../../../src/study/figures/run-figures.ts';
import type { Study } from '../../../src/study/study.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { smallPlan } from '../small-plan.ts';

const template = simulate(smallPlan({ duration: 1 }), 1);

/** A run in which every request took `ms` milliseconds. */
function runOf(replication: number, ms: number): RunResult {
  const latency = new Histogram();
  for (let i = 0; i < 10; i += 1) latency.record(ms * 1e6);
  const [client] = template.clients;
  return {
    ...template,
    replication,
    seed: 100 + replication,
    clients: [{ ...client!, requests: 10, succeeded: 10, latency: latency.toData() }],
  };
}

const studyOf = (...variants: readonly (readonly (number | null)[])[]): Study => ({
  variants: variants.map((means, index) => ({
    // Plans that differ, or the same seeds would have to give the same figures.
    plan: smallPlan({ variant: `v${index}`, replications: means.length, duration: 1 + index }),
    runs: means.flatMap((ms, replication) => (ms === null ? [] : [runOf(replication, ms)])),
  })),
  partial: false,
});

const compareStudy = ({ variants }: Study): Comparison =>
  compareFigures(variants.map(variantFigures));

const difference = (
  comparison: Comparison,
  metric: string,
): Comparison['metrics'][number]['variants'][number]['difference'] =>
  comparison.metrics.find((row) => row.metric === metric)!.variants[1]!.difference;

describe('a comparison', () => {
  it('pairs replications: a constant difference is seen through any common noise', () => {
    const comparison = compareStudy(studyOf([10, 80, 30, 55], [11, 81, 31, 56]));
    const found = difference(comparison, 'latency.mean')!;
    expect(found.value).toBeCloseTo(1e6, 3);
    expect(found.low).toBeCloseTo(1e6, 3);
    expect(found.high).toBeCloseTo(1e6, 3);
    expect(found.distinguishable).toBe(true);
    expect(found.relative!.value).toBeCloseTo(4 / 175, 9);
  });

  it('matches the t table: differences 1, 2, 3 give 2 ± 2.484', () => {
    // t(0.975; 2) = 4.30265; s = 1; 4.30265 / √3 = 2.48414.
    const comparison = compareStudy(studyOf([10, 10, 10], [11, 12, 13]));
    const found = difference(comparison, 'latency.mean')!;
    expect(found.value / 1e6).toBeCloseTo(2, 9);
    expect(found.low! / 1e6).toBeCloseTo(-0.48414, 4);
    expect(found.high! / 1e6).toBeCloseTo(4.48414, 4);
    expect(found.distinguishable).toBe(false);
  });

  it('counts how many differences there are to be wrong about', () => {
    // Each of ten metrics differs by the same 1, 2, 3, 3: alone, p = 0.017 would do.
    const alone = studyOf([10, 10, 10, 10], [11, 12, 13, 13]);
    const found = difference(compareStudy(alone), 'latency.mean')!;
    expect(found.low!).toBeGreaterThan(0);
    expect(found.pValue!).toBeGreaterThan(0.05);
    expect(found.distinguishable).toBe(false);
  });

  it('finds no difference between a variant and itself', () => {
    const comparison = compareStudy(studyOf([10, 80, 30], [10, 80, 30]));
    for (const metric of COMPARED_METRICS) {
      const found = difference(comparison, metric);
      if (found === null) continue;
      expect(found).toMatchObject({ value: 0, distinguishable: false });
    }
  });

  it('knows no interval from one replication', () => {
    const comparison = compareStudy(studyOf([10], [12]));
    expect(comparison.pairs).toBe(1);
    expect(difference(comparison, 'latency.mean')).toMatchObject({
      low: null,
      high: null,
      distinguishable: null,
    });
    const [reference] = comparison.metrics[0]!.variants;
    expect(reference!.estimate).toMatchObject({ halfWidth: null, n: 1 });
  });

  it('uses only the replications that both variants have', () => {
    const comparison = compareStudy(studyOf([10, 999, 10], [11, null, 11]));
    expect(comparison.pairs).toBe(2);
    expect(difference(comparison, 'latency.mean')!.value).toBeCloseTo(1e6, 3);
  });

  it('has nothing to compare the reference with', () => {
    const { reference, metrics } = compareStudy(studyOf([10, 11], [12, 13]));
    expect(reference).toBe('v0');
    for (const { variants } of metrics) expect(variants[0]!.difference).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { deriveSeed } from '../../../src/base/seed.ts';
import { COMPARED_METRICS, compareFigures } from '../../../src/study/comparison/compare.ts';
import type { Comparison, VariantMetric } from '../../../src/study/comparison/compare.ts';
import { directionOf } from '../../../src/study/comparison/direction.ts';
import { sampleNames } from '../../../src/study/comparison/sample-names.ts';
import { overall } from '../../../src/study/figures/query.ts';
import { RunMetrics } from '../../../src/study/figures/metrics.ts';
import type { RunFigures, VariantFigures } from '../../../src/study/figures/run-figures.ts';
import { comparisonSentences } from '../../../src/report/text/comparison-sentences.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { smallPlan } from '../small-plan.ts';

/** A run with one metric, or with none. */
const run = (seed: number, value: number | null, key: string = 'latency.p99'): RunFigures => ({
  replication: seed,
  seed,
  fingerprint: { trajectory: `t${seed}`, result: `r${value}` },
  opened: [],
  values: value === null ? {} : { [key]: value },
  batchMeans: null,
});

const figures = (
  variant: string,
  runs: readonly RunFigures[],
  changed: Partial<VariantFigures> = {},
): VariantFigures => ({
  scenario: 'made',
  variant,
  planDigest: `digest of ${variant}`,
  modelVersion: 3,
  runs,
  ...changed,
});

const metricOf = (comparison: Comparison, metric: string, at = 1): VariantMetric =>
  comparison.metrics.find((row) => row.metric === metric)!.variants[at]!;

describe('the kind of a comparison', () => {
  const reference = figures('a', [run(1, 10), run(2, 11), run(3, 12)]);
  const kindOf = (other: VariantFigures): unknown => {
    const { kind, pairs } = compareFigures([reference, other]).variants[1]!;
    return [kind, pairs];
  };

  it('is exact for the same plan, model version and seeds', () => {
    const { planDigest } = reference;
    expect(kindOf(figures('b', reference.runs, { planDigest }))).toEqual(['exact', 3]);
    expect(kindOf(figures('b', reference.runs.slice(1, 2), { planDigest }))).toEqual(['exact', 1]);
    expect(kindOf(figures('b', reference.runs, { planDigest, modelVersion: 2 }))).toEqual([
      'paired',
      3,
    ]);
    expect(kindOf(figures('b', [run(8, 1), run(9, 1)], { planDigest }))).toEqual([
      'independent',
      0,
    ]);
  });

  it('is paired on the seeds in common, if there are two; of one pair only where there is no more', () => {
    expect(kindOf(figures('b', [run(3, 1), run(2, 1), run(9, 1)]))).toEqual(['paired', 2]);
    expect(kindOf(figures('b', [run(3, 1)]))).toEqual(['paired', 1]);
    expect(kindOf(figures('b', [run(3, 1), run(8, 1)]))).toEqual(['independent', 1]);
    expect(kindOf(figures('b', [run(8, 1)]))).toEqual(['independent', 0]);
  });

  it('matches seeds, not places: pairs in another order give the same', () => {
    const other = figures('b', [run(3, 13), run(1, 11), run(2, 12)]);
    const { difference } = metricOf(compareFigures([reference, other]), 'latency.p99');
    expect(difference).toMatchObject({ value: 1, low: 1, high: 1, distinguishable: true });
  });
});

describe('an exact comparison', () => {
  const reference = figures('a', [run(1, 10), run(2, 11)]);
  const exact = (runs: readonly RunFigures[]): Comparison =>
    compareFigures([reference, figures('b', runs, { planDigest: reference.planDigest })]);

  it('is identical, or says what changed and where first', () => {
    expect(exact(reference.runs).variants[1]!.exact).toEqual({
      identical: true,
      metrics: 1,
      changed: [],
      firstReplication: null,
    });
    const changed = exact([run(1, 10), run(2, 12)]);
    expect(changed.variants[1]!.exact).toEqual({
      identical: false,
      metrics: 1,
      changed: [{ key: 'latency.p99', runs: 1, replication: 2, value: 12, reference: 11 }],
      firstReplication: 2,
    });
    // Nothing is left to chance: no p-value, and one difference is enough.
    const { difference } = metricOf(changed, 'latency.p99');
    expect(difference).toMatchObject({
      value: 0.5,
      low: null,
      pValue: null,
      distinguishable: true,
    });
  });

  it('finds runs that part without a metric that shows it', () => {
    const other = { ...run(2, 11), fingerprint: { trajectory: 'other', result: 'r11' } };
    const comparison = exact([run(1, 10), other]);
    expect(comparison.variants[1]!.exact).toMatchObject({
      identical: false,
      changed: [],
      firstReplication: 2,
    });
    expect(comparisonSentences(comparison)[0]).toContain(
      'the fingerprints differ, first in replication 2',
    );
  });
});

describe('an independent comparison', () => {
  it('has the shift and the test of ranks, and a ratio that agrees with them', () => {
    // 1..8 against 101..108, as of R: wilcox.test gives p = 2 / choose(16, 8), shift 100.
    const a = figures(
      'a',
      Array.from({ length: 8 }, (_, i) => run(i, 1 + i)),
    );
    const b = figures(
      'b',
      Array.from({ length: 8 }, (_, i) => run(100 + i, 101 + i)),
    );
    const comparison = compareFigures([a, b], { metrics: [overall('latency.p99')] });
    const { difference, median } = metricOf(comparison, 'latency.p99');
    expect(difference!.value).toBe(100);
    expect(difference!.pValue).toBeCloseTo(2 / 12_870, 12);
    expect(difference!.relative!.low).toBeGreaterThan(0);
    expect(median).toMatchObject({ median: 104.5, low: 101, high: 108 });
  });

  it('cannot tell two runs from two, and says so', () => {
    const a = figures('a', [run(1, 10), run(2, 11)]);
    const b = figures('b', [run(8, 20), run(9, 21)]);
    const comparison = compareFigures([a, b], { metrics: [overall('latency.p99')] });
    expect(metricOf(comparison, 'latency.p99').difference).toMatchObject({
      low: null,
      distinguishable: false,
    });
    expect(comparisonSentences(comparison)).toEqual([
      "b can't be told from a: no difference found that is beyond 0.5% and beyond chance (--replications 10 may find one).",
    ]);
  });

  it('raises a false alarm in at most 5 % of 500 pairs of unchanged samples', () => {
    const plan = smallPlan({ duration: 1 });
    let seed = 0;
    const sample = (name: string): VariantFigures =>
      figures(
        name,
        Array.from({ length: 6 }, () => {
          seed += 1;
          // Only what is compared: a run has hundreds of other metrics, and there are 6,000 runs.
          const metrics = new RunMetrics(simulate(plan, deriveSeed(7, seed)));
          const values = COMPARED_METRICS.map((metric) => [
            metric,
            metrics.value(overall(metric))!,
          ]);
          return { ...run(seed, null), values: Object.fromEntries(values) };
        }),
        { planDigest: 'the same' },
      );
    let alarms = 0;
    for (let i = 0; i < 500; i += 1) {
      const comparison = compareFigures([sample('a'), sample('b')]);
      expect(comparison.variants[1]!.kind).toBe('independent');
      if (comparison.metrics.some(({ variants }) => variants[1]!.difference?.distinguishable))
        alarms += 1;
    }
    // 5 % of 500 and four standard errors: false alarm of this test below 1e-4.
    expect(alarms).toBeLessThanOrEqual(25 + 4 * Math.sqrt(500 * 0.05 * 0.95));
  });
});

describe('what is missing', () => {
  it('pairs without a population on either side are left out, and metrics without any are not compared', () => {
    const a = figures('a', [run(1, 10), run(2, null), run(3, 12)]);
    const b = figures('b', [run(1, 11), run(2, 99), run(3, 13)]);
    const comparison = compareFigures([a, b]);
    expect(metricOf(comparison, 'latency.p99').difference).toMatchObject({ value: 1 });
    expect(metricOf(comparison, 'latency.p50').difference).toBeNull();
    const nothing = compareFigures([a, figures('b', [run(1, null), run(2, null)])]);
    expect(comparisonSentences(nothing)).toEqual([
      'b and a have no metric in common: one of them has measured nothing.',
    ]);
  });

  it('says of no metric that it falls by more than the whole, however wide the interval', () => {
    const values = [0, 0, 20];
    const a = figures('a', [run(1, 100), run(2, 100), run(3, 100)]);
    const b = figures(
      'b',
      values.map((value, i) => run(i + 1, value)),
    );
    const comparison = compareFigures([a, b]);
    expect(metricOf(comparison, 'latency.p99').difference!.relative!.low).toBeLessThan(-1);
    expect(comparisonSentences(comparison)[0]).toMatch(/by 93\.3% \[\d+\.\d%, 100\.0%\]/);
  });

  it('metrics of a window are compared where both have it', () => {
    const key = 'latency.p99{window=rollout}';
    const query = { ...overall('latency.p99'), window: 'rollout' };
    const a = figures('a', [run(1, 10, key), run(2, 20, key)]);
    const b = figures('b', [run(1, 12, key), run(2, 22, key)]);
    const c = figures('c', [run(1, 12), run(2, 22)]);
    const comparison = compareFigures([a, b, c], { metrics: [query], confidence: 0.9 });
    expect(metricOf(comparison, key).difference).toMatchObject({ value: 2, distinguishable: true });
    expect(metricOf(comparison, key, 2)).toMatchObject({ estimate: null, difference: null });
    expect(comparison.confidence).toBe(0.9);
  });
});

describe('words', () => {
  it('a change is for the better by the direction of its metric', () => {
    expect(directionOf('lower', { from: 2, to: 1 })).toBe('better');
    expect(directionOf('higher', { from: 2, to: 1 })).toBe('worse');
    expect(directionOf('toOne', { from: 0.9, to: 1.05 })).toBe('better');
    expect(directionOf('toOne', { from: 1.1, to: 0.8 })).toBe('worse');
    expect(directionOf(null, { from: 2, to: 1 })).toBeNull();
    expect(directionOf('lower', { from: 2, to: 2 })).toBeNull();
  });

  it('names are as short as tells samples apart', () => {
    const origin = (
      path: string,
      variant: string,
      hasSiblings = false,
    ): Parameters<typeof sampleNames>[0][number] => ({
      source: path.split('/').at(-1)!,
      path,
      variant,
      hasSiblings,
    });
    expect(sampleNames([origin('r/a', 'default'), origin('r/b', 'default')])).toEqual(['a', 'b']);
    expect(
      sampleNames([origin('r/a', 'x', true), origin('r/a', 'y', true), origin('r/b', 'x')]),
    ).toEqual(['x', 'y', 'b']);
    expect(sampleNames([origin('r/a', 'x', true), origin('r/b', 'x', true)])).toEqual([
      'a/x',
      'b/x',
    ]);
    expect(sampleNames([origin('r/a', 'x'), origin('s/a', 'x')])).toEqual(['r/a', 's/a']);
    expect(sampleNames([origin('r/a', 'x'), origin('r/a', 'x')])).toEqual(['r/a', 'r/a (2)']);
  });
});

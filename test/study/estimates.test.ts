import { describe, expect, it } from 'vitest';
import type { Instant } from '../../src/base/time.ts';
import type { Arrival, Plan } from '../../src/contract/plan.ts';
import { batchMeansOf } from '../../src/study/figures/batch-means.ts';
import { metricEstimate } from '../../src/study/figures/metrics.ts';
import { overall } from '../../src/study/figures/query.ts';
import { estimateIn, variantFigures } from '../../src/study/figures/run-figures.ts';
import { steadyUntil } from '../../src/study/steady-stretch.ts';
import type { VariantRuns } from '../../src/study/study.ts';
import { simulate } from '../../src/world/simulate.ts';
import { smallPlan } from './small-plan.ts';

const SECOND = 1e9;

/** A minute of an open queue that is 60 % busy, in intervals of a second. */
const plan: Plan = smallPlan({ duration: 60 });

const replicated = (wanted: Plan, replications: number): VariantRuns => ({
  plan: wanted,
  runs: Array.from({ length: replications }, (_, replication) =>
    simulate(wanted, 42 + replication, { replication }),
  ),
});

describe('an estimate', () => {
  const one = replicated(plan, 1);
  const three = replicated(plan, 3);

  it('is by batch means of the timeline where there is one replication', () => {
    const estimate = metricEstimate(one, overall('latency.mean'))!;
    expect(estimate).toMatchObject({ method: 'batchMeans', n: 1 });
    expect((estimate.high! - estimate.low!) / 2).toBeCloseTo(estimate.halfWidth!, 6);
    expect(batchMeansOf(plan, one.runs[0]!)!.batches).toBe(20);
  });

  it("is by Student's t over replications where there are several", () => {
    const estimate = metricEstimate(three, overall('latency.p99'))!;
    expect(estimate).toMatchObject({ method: 'studentT', n: 3 });
  });

  it('is the same from the runs and from their figures', () => {
    for (const variant of [one, three]) {
      const figures = variantFigures(variant);
      for (const metric of ['latency.mean', 'latency.p999', 'errors.ratio', 'balance.cv']) {
        const query = overall(metric);
        expect(estimateIn(figures, query)).toEqual(metricEstimate(variant, query));
      }
    }
  });

  it('of errors that never came has the bound of Clopper and Pearson over all requests', () => {
    const requests = three.runs.reduce((sum, run) => sum + run.clients[0]!.requests, 0);
    const estimate = metricEstimate(three, overall('errors.ratio'))!;
    expect(estimate).toMatchObject({ mean: 0, halfWidth: null, low: 0, method: 'clopperPearson' });
    // Two-sided, 95 %: the chance at which none of n fails is 2.5 %.
    expect(estimate.high).toBeCloseTo(1 - 0.025 ** (1 / requests), 12);
    expect(metricEstimate(three, overall('errors.count'))).toMatchObject({ method: 'studentT' });
  });

  it('has no batches of a percentile that lies among the slowest few', () => {
    const { intervals } = batchMeansOf(plan, one.runs[0]!)!;
    // 180 requests a second in batches of 3 s: 27 beyond the 95th percentile, 54 beyond the 90th.
    expect(Object.keys(intervals)).toContain('latency.p90');
    expect(Object.keys(intervals)).not.toContain('latency.p95');
  });

  it('has no batches where load or cluster change by plan', () => {
    const changed: Plan = {
      ...plan,
      timeline: [{ kind: 'scale', at: (30 * SECOND) as Instant, workload: 0, replicas: 4 }],
    };
    expect(batchMeansOf(changed, one.runs[0]!)).toBeNull();
  });

  it('has no batches where the timeline has fewer than twenty rows', () => {
    const short = smallPlan({ duration: 10 });
    expect(batchMeansOf(short, simulate(short, 42))).toBeNull();
  });
});

describe('the steady stretch of a plan', () => {
  const withArrival = (arrival: Arrival): Plan => ({
    ...plan,
    clients: plan.clients.map((client) => ({ ...client, arrival })),
  });
  const points = [
    { at: (10 * SECOND) as Instant, rate: 100 },
    { at: (20 * SECOND) as Instant, rate: 200 },
  ];

  it('ends where load or cluster first change', () => {
    expect(steadyUntil(plan)).toBe(Infinity);
    expect(steadyUntil(withArrival({ kind: 'ramp', points }))).toBe(10 * SECOND);
    // The first of the steps is the rate from the start on.
    expect(steadyUntil(withArrival({ kind: 'steps', points }))).toBe(20 * SECOND);
    expect(steadyUntil(withArrival({ kind: 'ramp', points: points.slice(1) }))).toBe(Infinity);
  });
});

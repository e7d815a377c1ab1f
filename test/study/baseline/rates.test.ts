/** How often a check is wrong: alarms without a cause, and slower pods that go unnoticed. */
import { describe, expect, it } from 'vitest';
import type { Duration } from '../../../src/base/time.ts';
import type { Plan } from '../../../src/contract/plan.ts';
import { makeBaseline } from '../../../src/study/baseline/baseline.ts';
import type { Baseline, BaselinePart } from '../../../src/study/baseline/baseline.ts';
import { checkBaseline, findingsOf } from '../../../src/study/baseline/check.ts';
import { gatedQueries } from '../../../src/study/baseline/gated-metrics.ts';
import { variantFigures } from '../../../src/study/figures/run-figures.ts';
import { jobsOf } from '../../../src/study/study.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { smallPlan } from '../small-plan.ts';

const REPLICATIONS = 10;

/** A plan's figures over ten replications from a seed, truly simulated. */
function partOf(plan: Plan, seed: number): BaselinePart {
  const own = { ...plan, seed, replications: REPLICATIONS };
  const runs = jobsOf([own]).map((job) => ({
    ...simulate(own, job.seed),
    replication: job.replication,
  }));
  return {
    plan: own,
    figures: variantFigures({ plan: own, runs }),
    queries: gatedQueries(own, null),
  };
}

const baselineOf = (part: BaselinePart): Baseline =>
  makeBaseline([part], { scope: 'base', chosen: null, v8: '12' });

const alarms = (baseline: Baseline, now: BaselinePart): number =>
  findingsOf(checkBaseline(baseline, [now]), 'Regressed', 'Missing').length;

/** Pods that take 10 ms a request, 20 % busy. */
const quiet = (seconds: number): Plan => smallPlan({ rate: 60, duration: seconds });

/** The same, but 5 % slower. */
const slower = (plan: Plan): Plan => ({
  ...plan,
  workloads: plan.workloads.map((workload) => ({
    ...workload,
    serviceTime: { kind: 'exponential', mean: 10.5e6 as Duration },
  })),
});

describe('an unchanged model', () => {
  // 100 baselines and 100 later sets, no two with a seed in common: each baseline is held against ten of the later
  // sets, so that the checks are not independent of each other, and their rate is still that of one of them.
  it('raises an alarm in at most 2 % of 1,000 checks against other seeds', () => {
    const plan = smallPlan({ rate: 120, duration: 2 });
    const sets = Array.from({ length: 200 }, (_, seed) => partOf(plan, 1_000_000 + seed));
    const baselines = sets.slice(0, 100).map(baselineOf);
    const later = sets.slice(100);
    let alarmed = 0;
    for (const [index, baseline] of baselines.entries()) {
      for (let round = 0; round < 10; round++) {
        if (alarms(baseline, later[(index + 10 * round) % later.length]!) > 0) alarmed += 1;
      }
    }
    expect(alarmed).toBeLessThanOrEqual(20);
  });

  it('raises none against its own seeds', () => {
    const plan = quiet(5);
    expect(alarms(baselineOf(partOf(plan, 42)), partOf(plan, 42))).toBe(0);
  });
});

describe('pods that take 5 % longer', () => {
  const plan = quiet(120);
  const seeds = Array.from({ length: 20 }, (_, index) => 2_000_000 + index);
  const baselines = seeds.map((seed) => baselineOf(partOf(plan, seed)));
  const slow = seeds.map((seed) => partOf(slower(plan), seed));

  it('are found in at least 95 % of checks with the seeds of the baseline', () => {
    const found = baselines.filter((baseline, index) => alarms(baseline, slow[index]!) > 0);
    expect(found.length).toBeGreaterThanOrEqual(0.95 * baselines.length);
  });

  it('are found in at least 95 % of checks with other seeds', () => {
    const pairs = baselines.flatMap((baseline, index) =>
      slow.flatMap((now, other) => (other === index ? [] : [{ baseline, now }])),
    );
    const found = pairs.filter(({ baseline, now }) => alarms(baseline, now) > 0);
    expect(found.length).toBeGreaterThanOrEqual(0.95 * pairs.length);
  });
});

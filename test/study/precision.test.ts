import { describe, expect, it } from 'vitest';
import { precisionSentence } from '../../src/report/text/precision.ts';
import { estimateOf } from '../../src/study/figures/estimate.ts';
import { overall } from '../../src/study/figures/query.ts';
import { firstRound, nextRound, precisionOf } from '../../src/study/replications/precision.ts';
import type { Precision, PrecisionGoal } from '../../src/study/replications/precision.ts';
import { runUntilPrecise } from '../../src/study/replications/until-precise.ts';
import { runStudy } from '../../src/study/study.ts';
import { smallPlan } from './small-plan.ts';

const goal: PrecisionGoal = {
  query: overall('latency.mean'),
  ratio: 0.02,
  maxReplications: 100,
};

/** Ten values of mean 100 and standard deviation 5 √(10/9): ± 3.77 (R: qt(.975, 9) * sd / sqrt(10)). */
const values = [95, 105, 95, 105, 95, 105, 95, 105, 95, 105];
const one = (variant: string, of: readonly number[]): Precision =>
  precisionOf(goal, of.length, [{ variant, estimate: estimateOf(of) }]);

describe('the precision of a metric', () => {
  it('is half its interval over its mean, and the replications that would do', () => {
    const found = one('a', values);
    expect(found.ratio).toBeCloseTo(0.0377026, 6);
    // R: n <- 2; while (qt(.975, n - 1) * 5.270463 / sqrt(n) > 2) n <- n + 1
    expect(found).toMatchObject({ reached: false, needed: 30 });
  });

  it('is that of the least precise variant, and of one without any before all others', () => {
    const [wide, narrow] = [values, values.map((value) => 100 + (value - 100) / 10)];
    const variants = [narrow, wide].map((of, index) => ({
      variant: `v${index}`,
      estimate: estimateOf(of),
    }));
    expect(precisionOf(goal, 10, variants)).toMatchObject({ variant: 'v1', reached: false });
    const missing = [...variants, { variant: 'v2', estimate: null }];
    expect(precisionOf(goal, 10, missing)).toMatchObject({ variant: 'v2', ratio: null });
    expect(one('v', narrow.slice())).toMatchObject({ reached: true });
  });

  it('takes rounds of as many as are needed, at least a tenth and at most twice of what there is', () => {
    expect(firstRound(1, goal)).toBe(10);
    expect(firstRound(30, goal)).toBe(30);
    expect(firstRound(30, { ...goal, maxReplications: 5 })).toBe(5);
    const found = one('a', values);
    expect(nextRound({ ...found, replications: 20 })).toBe(30);
    expect(nextRound(found)).toBe(20);
    expect(nextRound({ ...found, replications: 60, needed: 61 })).toBe(66);
    expect(nextRound({ ...found, replications: 10, needed: null })).toBe(20);
    expect(nextRound({ ...found, replications: 98, needed: 200 })).toBe(100);
    expect(nextRound({ ...found, replications: 100, needed: 200 })).toBeNull();
    expect(nextRound({ ...found, reached: true })).toBeNull();
  });

  it('is said in a sentence', () => {
    const found = one('a', values);
    expect(precisionSentence(found, 1)).toBe(
      'Precision not reached: latency.mean ± 3.77%, not ± 2%, after 10 replications; about 30 would do (--max-replications).',
    );
    expect(precisionSentence({ ...found, reached: true, ratio: 0.018 }, 2)).toBe(
      'Precision reached: latency.mean ± 1.8% (wanted: ± 2%) after 10 replications (a, the least precise).',
    );
  });
});

describe('replications until a precision', () => {
  const plans = ['iptables', 'ipvs'].map((variant) => smallPlan({ variant, duration: 2 }));

  it('are as many of every variant, and the same runs as if that number had been asked for', async () => {
    const rounds: number[] = [];
    const wanted = { ...goal, ratio: 0.1, maxReplications: 200 };
    const study = await runUntilPrecise(plans, wanted, {
      onRound: (replications) => rounds.push(replications),
    });
    expect(study.precision).toMatchObject({ reached: true, replications: rounds.at(-1) });
    expect(rounds.length).toBeGreaterThan(1);
    const replications = rounds.at(-1)!;
    const asked = await runStudy(plans.map((plan) => ({ ...plan, replications })));
    expect(study.variants).toEqual(asked.variants);
  });

  it('end where they may not be more', async () => {
    const study = await runUntilPrecise(plans, { ...goal, ratio: 0.0001, maxReplications: 12 });
    expect(study.precision).toMatchObject({ reached: false, replications: 12 });
    expect(study.variants.map(({ runs }) => runs.length)).toEqual([12, 12]);
  });

  it('keep what had finished when they are interrupted', async () => {
    const controller = new AbortController();
    const study = await runUntilPrecise(
      plans,
      { ...goal, ratio: 0.0001 },
      {
        signal: controller.signal,
        onRound: (replications) => {
          if (replications > 10) controller.abort();
        },
      },
    );
    expect(study.partial).toBe(true);
    expect(study.variants.map(({ runs }) => runs.length)).toEqual([10, 10]);
  });
});

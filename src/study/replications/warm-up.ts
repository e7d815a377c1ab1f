/**
 * Whether the start of the measurement still belongs to the warm-up: the mean latency per interval of the
 * timeline, averaged over replications (P. D. Welch, "The statistical analysis of simulation results", Computer
 * Performance Modeling Handbook, 1983), is cut by MSER; and what is cut off has to differ from the rest beyond
 * chance. An interval is the mean of many requests, a batch already: batches of five are taken only where the
 * timeline is fine enough for them.
 *
 * Left out: single replications, which cannot tell bias from chance, and whatever comes after load or cluster first
 * change by plan.
 */
import type { Plan } from '../../contract/plan.ts';
import type { IntervalResult, RunResult } from '../../contract/result.ts';
import { pairedInterval } from '../../stats/interval.ts';
import { mserCut } from '../../stats/mser.ts';
import type { VariantRuns } from '../study.ts';
import { steadyUntil } from '../steady-stretch.ts';

/** With fewer intervals than this no cut is worth its name. */
const INTERVALS_MIN = 20;

/** From this many on, five of them are a batch. */
const INTERVALS_MANY = 500;

/**
 * The cut is called real below this p-value: 1 %, a fifth of it as the cut was chosen where the difference is large.
 * Of steady M/M/1 queues 0 to 3.5 % are called biased then, most of all where ten replications are 90 % busy;
 * test/study/warm-up.test.ts holds it.
 */
const SIGNIFICANCE = 0.002;

/** What of the measurement is warm-up yet. */
export interface ShortWarmUp {
  readonly variant: string;
  /** Of the measurement, ns. */
  readonly cut: number;
  /** The warm-up that would have been long enough, ns. */
  readonly warmUp: number;
  /** Mean latency in the part that is cut off, and in the rest that nothing changes in by plan; ns. */
  readonly cutMean: number;
  readonly restMean: number;
  /** Two-sided, of the paired t test over replications. */
  readonly pValue: number;
  readonly replications: number;
}

/** What a judgement of the warm-up needs of a plan and its runs. */
export interface WarmUpInput {
  readonly plan: Plan;
  readonly runs: readonly Pick<RunResult, 'timeline'>[];
}

/** The part that should have been warm-up; null where there is none, or none that is beyond chance. */
export function shortWarmUp({ plan, runs }: WarmUpInput | VariantRuns): ShortWarmUp | null {
  if (runs.length < 2) return null;
  const steady = Math.min(plan.duration, steadyUntil(plan) - plan.warmUp);
  const count = Math.max(0, Math.floor(steady / plan.interval));
  if (count < INTERVALS_MIN) return null;
  const timelines = runs.map(({ timeline }) => timeline.slice(0, count));
  const averages = Array.from({ length: count }, (_, i) =>
    average(timelines.flatMap((timeline) => meanOf(timeline.slice(i, i + 1)) ?? [])),
  );
  const known = averages.filter((value) => value !== null);
  if (known.length < count) return null;
  const cut = mserCut(known, count < INTERVALS_MANY ? 1 : 5);
  if (cut === null || cut === 0) return null;
  const parts = timelines.flatMap((timeline) => {
    const first = meanOf(timeline.slice(0, cut));
    const rest = meanOf(timeline.slice(cut));
    return first === null || rest === null ? [] : [{ first, rest }];
  });
  if (parts.length < 2) return null;
  const firsts = parts.map(({ first }) => first);
  const rests = parts.map(({ rest }) => rest);
  const { pValue } = pairedInterval(firsts, rests);
  if (pValue >= SIGNIFICANCE) return null;
  return {
    variant: plan.variant,
    cut: cut * plan.interval,
    warmUp: plan.warmUp + cut * plan.interval,
    cutMean: average(firsts)!,
    restMean: average(rests)!,
    pValue,
    replications: parts.length,
  };
}

/** Mean latency of the requests of intervals; null where there is none. */
function meanOf(intervals: readonly IntervalResult[]): number | null {
  let sum = 0;
  let count = 0;
  for (const { latency } of intervals) {
    sum += latency.sum;
    count += latency.count;
  }
  return count === 0 ? null : sum / count;
}

const average = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

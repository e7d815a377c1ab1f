/**
 * Whether runs are too short for their percentiles. A percentile of a short run of a busy queue is biased, and the mean
 * over replications is as biased as each of them: its interval narrows around the wrong value. The percentile over all
 * runs together rests on as many times the requests and has that much less of the bias, so the distance between the two
 * tells of it (the idea of the jackknife: M. H. Quenouille, "Notes on bias in estimation", Biometrika 43 (1956)).
 *
 * Left out: p99.9 and what is beyond, for which most runs are too short; plans whose load or cluster changes within the measurement, whose runs may differ for other reasons.
 */
import type { Plan } from '../../contract/plan.ts';
import type { ClientResult, HistogramData, RunResult } from '../../contract/result.ts';
import { pooled } from '../../stats/histogram.ts';
import { quantileOf } from '../../stats/histogram-data.ts';
import { meanInterval } from '../../stats/interval.ts';
import { clientFigures } from '../figures/client-figures.ts';
import { steadyUntil } from '../steady-stretch.ts';

/** Percentiles that are looked at, as metrics and as quantiles: what limits are set on. */
const PERCENTILES = [
  { metric: 'latency.p50', quantile: 0.5 },
  { metric: 'latency.p90', quantile: 0.9 },
  { metric: 'latency.p95', quantile: 0.95 },
  { metric: 'latency.p99', quantile: 0.99 },
] as const;

/** With fewer replications the interval is so wide that it hides every bias. */
const REPLICATIONS_MIN = 3;

/**
 * A distance counts from this share of half the interval on: an interval that is off by a quarter of its half holds
 * the truth in 91 to 93 % instead of 95 %.
 */
const SHARE_OF_INTERVAL = 0.25;

/** And from this share of the percentile on, which is about what a bucket of a histogram is wide. */
const SHARE_OF_VALUE = 0.01;

/** A percentile for which the runs of a variant are too short; times in ns. */
export interface ShortRuns {
  readonly variant: string;
  readonly metric: (typeof PERCENTILES)[number]['metric'];
  /** Mean of the percentiles of single runs, and half its 95 % interval. */
  readonly mean: number;
  readonly halfWidth: number;
  /** The percentile over all runs together. */
  readonly pooled: number;
  readonly replications: number;
}

/** What the judgement needs of a plan and its runs. */
export interface ShortRunsInput {
  readonly plan: Plan;
  readonly runs: readonly Pick<RunResult, 'clients'>[];
}

/** The percentile whose distance is largest; null where runs are long enough for all of them, or cannot be judged. */
export function shortRuns({ plan, runs }: ShortRunsInput): ShortRuns | null {
  if (runs.length < REPLICATIONS_MIN) return null;
  if (steadyUntil(plan) < plan.warmUp + plan.duration) return null;
  const latencies = runs.map((run) => latencyOf(run.clients));
  if (latencies.some(({ count }) => count === 0)) return null;
  const values = PERCENTILES.map(({ quantile }) =>
    latencies.map((latency) => quantileOf(latency, quantile)),
  );
  const all = pooled(latencies);
  const found = PERCENTILES.flatMap(({ metric, quantile }, index) => {
    const { mean, halfWidth } = meanInterval(values[index]!);
    const together = quantileOf(all, quantile);
    const distance = Math.abs(together - mean);
    const isShort =
      distance > SHARE_OF_INTERVAL * halfWidth && distance > SHARE_OF_VALUE * together;
    if (!isShort) return [];
    const { variant } = plan;
    return [{ variant, metric, mean, halfWidth, pooled: together, replications: runs.length }];
  });
  const share = ({ mean, pooled: together }: ShortRuns): number =>
    Math.abs(together - mean) / together;
  return found.toSorted((a, b) => share(b) - share(a))[0] ?? null;
}

/** Over all clients, window `all`. */
const latencyOf = (clients: readonly ClientResult[]): HistogramData =>
  clientFigures({ clients }, { window: 'all', client: null }).latency;

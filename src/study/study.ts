/**
 * A study: the replications of one or more variants. Replication r of every variant has the same
 * seed, so variants see the same arrivals and service demands and are compared in pairs.
 */
import { deriveSeed } from '../base/seed.ts';
import type { Plan } from '../contract/plan.ts';
import type { RunOptions, RunResult } from '../contract/result.ts';
import type { OpenTrace } from '../contract/traffic/trace.ts';
import type { Progress, RunJob } from './executors/executor.ts';
import { chooseExecutor } from './executors/registry.ts';
import type { WorkerSource } from './executors/worker-pool.ts';
import type { Precision } from './replications/precision.ts';

/** The runs of one variant, by ascending replication; some are missing where the study is partial. */
export interface VariantRuns {
  readonly plan: Plan;
  readonly runs: readonly RunResult[];
}

/** What a study found. */
export interface Study {
  /** In the order of the plans. */
  readonly variants: readonly VariantRuns[];
  /** Whether it was ended before all runs had finished. */
  readonly partial: boolean;
  /** How precise a metric has become, where replications were run until it was. */
  readonly precision?: Precision | null;
}

/** How a study is run. None of it changes a figure. */
export interface StudyOptions {
  /** Runs at a time; 1 unless told. More than one needs `workers`. */
  readonly jobs?: number | undefined;
  readonly workers?: WorkerSource | undefined;
  /** Replications before this one are left out: they were run already. 0 unless told. */
  readonly firstReplication?: number | undefined;
  /** Records to keep beyond the figures. */
  readonly record?: Pick<RunOptions, 'recordConnections' | 'recordRequests'> | undefined;
  /** Opens traces that are in no files; runs are done on this thread then. */
  readonly traces?: OpenTrace | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Called once per finished run, in no particular order. */
  readonly onRun?: ((result: RunResult) => void) | undefined;
}

/**
 * The runs that `plans` ask for, from replication `first` on: replication by replication, so that what a stopped
 * study leaves is paired.
 */
export function jobsOf(plans: readonly Plan[], first: number = 0): readonly RunJob[] {
  const jobs: RunJob[] = [];
  const replications = Math.max(0, ...plans.map((plan) => plan.replications));
  for (let replication = first; replication < replications; replication += 1) {
    for (const [plan, { seed, replications: wanted }] of plans.entries()) {
      if (replication >= wanted) continue;
      jobs.push({ plan, replication, seed: deriveSeed(seed, replication) });
    }
  }
  return jobs;
}

/**
 * Does every replication of every plan.
 *
 * @throws RunFailure when a run breaks an invariant, SourceError when a trace cannot be read any more.
 */
export async function runStudy(plans: readonly Plan[], options: StudyOptions = {}): Promise<Study> {
  const jobs = jobsOf(plans, options.firstReplication);
  const results: (RunResult | undefined)[] = new Array<undefined>(jobs.length).fill(undefined);
  const executor = await chooseExecutor({
    jobs: options.traces === undefined ? Math.min(options.jobs ?? 1, jobs.length) : 1,
    workers: options.workers,
  });
  await executor.execute({
    plans,
    jobs,
    options:
      options.traces === undefined
        ? (options.record ?? {})
        : { ...options.record, traces: options.traces },
    signal: options.signal,
    onProgress: options.onProgress,
    onFinished: (index, result) => {
      results[index] = result;
      options.onRun?.(result);
    },
  });
  return {
    variants: plans.map((plan, index) => ({
      plan,
      runs: jobs.flatMap((job, at) => {
        const result = results[at];
        return job.plan === index && result !== undefined ? [result] : [];
      }),
    })),
    partial: results.includes(undefined),
  };
}

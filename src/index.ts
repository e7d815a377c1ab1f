/**
 * The library: scenarios in, results out, as plain data.
 *
 * ```ts
 * import { compare, loadScenario, simulate } from 'svcsim';
 *
 * const loaded = loadScenario('scenarios/mi-backend.yaml');
 * if (!loaded.ok) throw new Error(loaded.diagnostics.map((one) => one.message).join('\n'));
 *
 * const run = simulate(loaded.scenario.base);
 * const { comparison } = await compare(loaded.scenario.variants, { jobs: 2 });
 * ```
 *
 * Everything but reading files and running on several threads also works in a browser.
 */
import type * as NodeFs from 'node:fs';
import type * as NodePath from 'node:path';
import { sourceFiles } from './cli/input/source-files.ts';
import type { Plan } from './contract/plan.ts';
import type { RunOptions, RunResult } from './contract/result.ts';
import { loadScenario as loadFrom } from './scenario/load.ts';
import type { Loaded, Overrides } from './scenario/load.ts';
import { SourceError } from './scenario/text/source.ts';
import type { SourceReader } from './scenario/text/source.ts';
import type { Comparison } from './study/comparison/compare.ts';
import { concludeStudy } from './study/conclusion.ts';
import { WorkerPool } from './study/executors/worker-pool.ts';
import { tracesInFiles } from './study/start-run.ts';
import { runStudy } from './study/study.ts';
import type { Study, StudyOptions } from './study/study.ts';
import type { Judgement } from './study/thresholds.ts';
import { simulate as simulateRun } from './world/simulate.ts';

/** A scenario given as text rather than by the name of its file. */
export interface ScenarioText {
  /** YAML or JSON. */
  readonly text: string;
  /** What diagnostics call it, and what includes are relative to; `scenario.yaml` unless given. */
  readonly name?: string;
  /** Reads what the text includes; in Node, files unless given. */
  readonly reader?: SourceReader;
}

const nodeModule = (name: string): unknown =>
  typeof process === 'undefined' ? undefined : process.getBuiltinModule?.(name);

/** Files where there are any. Node's modules are asked for here, and not imported, for browsers' sake. */
function defaultReader(): SourceReader {
  const fs = nodeModule('node:fs') as typeof NodeFs | undefined;
  const path = nodeModule('node:path') as typeof NodePath | undefined;
  if (fs !== undefined && path !== undefined) return sourceFiles(fs, path);
  return {
    read(): string {
      throw new SourceError('there are no files here; pass a reader');
    },
    resolve: (_, relative) => relative,
  };
}

/**
 * Loads a scenario: reads it and what it includes, checks all of it, and resolves it into plans.
 * Never throws for what is wrong with a file: that comes back as `diagnostics`, with places.
 *
 * @param source the path of a file, or a text.
 */
export function loadScenario(source: string | ScenarioText, overrides: Overrides = {}): Loaded {
  if (typeof source === 'string') return loadFrom(source, defaultReader(), overrides);
  const { text, name = 'scenario.yaml', reader = defaultReader() } = source;
  return loadFrom(
    name,
    {
      read: (path) => (path === name ? text : reader.read(path)),
      resolve: (from, relative) => reader.resolve(from, relative),
      ...(reader.open === undefined ? {} : { open: (path) => reader.open!(path) }),
    },
    overrides,
  );
}

/**
 * Runs a plan once, to its end, on this thread: the same plan and seed give the same result.
 *
 * @param seed that of the plan unless given; the plan's replications are `compare`'s business.
 * @throws InvariantError for a bug of svcsim, SourceError where a trace cannot be read any more.
 */
export function simulate(
  plan: Plan,
  seed: number = plan.seed,
  options: RunOptions = {},
): RunResult {
  return simulateRun(plan, seed, { traces: tracesInFiles, ...options });
}

/** How a comparison is run; none of it changes a figure. */
export type CompareOptions = Pick<
  StudyOptions,
  'jobs' | 'signal' | 'onProgress' | 'onRun' | 'traces'
>;

/** What a comparison found. */
export interface Compared {
  /** Every run of every variant. */
  readonly study: Study;
  /** Each metric of each variant, and its difference to the first one. */
  readonly comparison: Comparison;
  /** The thresholds of each variant, in the order of the plans. */
  readonly judgements: readonly (readonly Judgement[])[];
}

/**
 * Runs all replications of several plans, paired by seed, and compares them with the first.
 * With `jobs` above 1 the runs are spread over threads, which needs Node.
 *
 * @throws RunFailure for a bug of svcsim, SourceError where a trace cannot be read any more.
 */
export async function compare(
  plans: readonly Plan[],
  options: CompareOptions = {},
): Promise<Compared> {
  if (plans.length === 0) throw new TypeError('compare() needs at least one plan');
  // Bundled for a browser there is neither a worker beside this file nor a URL to say where that is.
  const workers =
    (options.jobs ?? 1) > 1 ? new WorkerPool(new URL('./worker.js', import.meta.url)) : undefined;
  try {
    const study = await runStudy(plans, { ...options, workers });
    const { comparison, judgements } = concludeStudy(study, { compares: true });
    return { study, comparison: comparison!, judgements };
  } finally {
    workers?.close();
  }
}

export { MODEL_VERSION } from './base/model-version.ts';
export { InvariantError } from './base/assert.ts';
export type * from './contract/plan.ts';
export type * from './contract/result.ts';
export type * from './contract/sweep.ts';
export type { Diagnostic } from './scenario/diagnostics/diagnostics.ts';
export type { Loaded, LoadedScenario, Overrides } from './scenario/load.ts';
export { SourceError } from './scenario/text/source.ts';
export type { ByteSource, SourceReader } from './scenario/text/source.ts';
/** Traces for runs by what read the scenario, where that was no file: `{ traces: tracesFrom(reader) }`. */
export { traceOpener as tracesFrom } from './scenario/traces/reader.ts';
export { Histogram } from './stats/histogram.ts';
/** What theory says about queues: M/M/1, M/M/c, M/D/1, M/G/1, to hold a simulation against. */
export * as queueing from './stats/queueing/textbook.ts';
export type {
  ComparedVariant,
  Comparison,
  MetricComparison,
  VariantMetric,
} from './study/comparison/compare.ts';
export type { Difference, RelativeDifference } from './study/comparison/difference.ts';
export type { ChangedMetric, ExactFindings } from './study/comparison/exact.ts';
export type { ComparisonKind } from './study/comparison/matching.ts';
export type { Estimate } from './study/figures/estimate.ts';
export type { Progress, RunJob } from './study/executors/executor.ts';
export { RunFailure } from './study/executors/run-failure.ts';
export type { Study, StudyOptions, VariantRuns } from './study/study.ts';
export type { Judgement } from './study/thresholds.ts';

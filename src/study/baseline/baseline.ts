/**
 * A baseline: the figures that later ones are held against, small enough to be committed. It holds the value
 * of every gated metric in every replication, what these are runs of, and under which conditions they may
 * be compared at all.
 */
import { deriveSeed } from '../../base/seed.ts';
import type { Plan } from '../../contract/plan.ts';
import type { RunResult } from '../../contract/result.ts';
import { metricKey } from '../figures/query.ts';
import type { MetricQuery } from '../figures/query.ts';
import type { VariantFigures } from '../figures/run-figures.ts';
import { conditionsOf } from './conditions.ts';
import type { Conditions } from './conditions.ts';

/** Raised when a field of the file changes its meaning or goes away. */
export const BASELINE_SCHEMA_VERSION = 1;

/** Which plans of a scenario a baseline is of: the one that `run` takes, or those of `compare`. */
export type BaselineScope = 'base' | 'variants';

export interface BaselineVariant {
  readonly name: string;
  readonly planDigest: string;
  readonly conditions: Conditions;
  /** Of the first replication; the others derive from it. */
  readonly seed: number;
  /** A run each, by replication. */
  readonly fingerprints: readonly RunResult['fingerprint'][];
  /** By key (see figures/query.ts), a value each run; null where that had nothing to measure. */
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
}

export interface Baseline {
  readonly schemaVersion: number;
  readonly modelVersion: number;
  /** Of the engine that worked the figures out: what is rounded differently elsewhere is found by it. */
  readonly v8: string;
  readonly scenario: string;
  readonly scope: BaselineScope;
  /** The metrics that were asked for, as they were named; null: those that are gated unless told. */
  readonly chosen: readonly string[] | null;
  readonly variants: readonly BaselineVariant[];
}

/** One plan's part of a baseline: its figures, all replications of them, and which of them are gated. */
export interface BaselinePart {
  readonly plan: Plan;
  readonly figures: VariantFigures;
  readonly queries: readonly MetricQuery[];
}

/** Makes a baseline; a metric that was measured in no run is not in it. */
export function makeBaseline(
  parts: readonly BaselinePart[],
  { scope, chosen, v8 }: Pick<Baseline, 'scope' | 'chosen' | 'v8'>,
): Baseline {
  const { figures } = parts[0]!;
  return {
    schemaVersion: BASELINE_SCHEMA_VERSION,
    modelVersion: figures.modelVersion,
    v8,
    scenario: figures.scenario,
    scope,
    chosen,
    variants: parts.map(variantOf),
  };
}

function variantOf({ plan, figures, queries }: BaselinePart): BaselineVariant {
  const metrics = queries.map(metricKey).flatMap((key) => {
    const values = figures.runs.map((run) => run.values[key] ?? null);
    return values.every((value) => value === null) ? [] : [[key, values] as const];
  });
  return {
    name: plan.variant,
    planDigest: figures.planDigest,
    conditions: conditionsOf(plan),
    seed: plan.seed,
    fingerprints: figures.runs.map(({ fingerprint }) => fingerprint),
    metrics: Object.fromEntries(metrics),
  };
}

/** What was saved of a variant, as figures to compare with. */
export function savedFigures(baseline: Baseline, variant: BaselineVariant): VariantFigures {
  return {
    scenario: baseline.scenario,
    variant: variant.name,
    planDigest: variant.planDigest,
    modelVersion: baseline.modelVersion,
    runs: variant.fingerprints.map((fingerprint, replication) => ({
      replication,
      seed: deriveSeed(variant.seed, replication),
      fingerprint,
      // What is compared needs neither: a window that did not open has no values.
      opened: [],
      batchMeans: null,
      values: Object.fromEntries(
        Object.entries(variant.metrics).flatMap(([key, values]) => {
          const value = values[replication] ?? null;
          return value === null ? [] : [[key, value] as const];
        }),
      ),
    })),
  };
}

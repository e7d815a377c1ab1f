/** Baselines and figures that are made up, for tests of what is decided from them. */
import { Digest } from '../../../src/base/digest.ts';
import { MODEL_VERSION } from '../../../src/base/model-version.ts';
import { deriveSeed } from '../../../src/base/seed.ts';
import { makeBaseline } from '../../../src/study/baseline/baseline.ts';
import type { Baseline, BaselinePart } from '../../../src/study/baseline/baseline.ts';
import { parseMetricKey } from '../../../src/study/figures/query.ts';
import { planDigest } from '../../../src/study/plan-digest.ts';
import { smallPlan } from '../small-plan.ts';

/** Values by metric key, one a replication; null: nothing was measured. */
export type MadeValues = Readonly<Record<string, readonly (number | null)[]>>;

interface Made {
  readonly seed?: number;
  readonly variant?: string;
  /** A plan of its own: same conditions, other digest. */
  readonly pods?: number;
}

/** The part of a plan whose runs gave these values. */
export function madePart(
  values: MadeValues,
  { seed = 1, variant = 'default', pods = 3 }: Made = {},
): BaselinePart {
  const replications = Math.max(...Object.values(values).map(({ length }) => length));
  const plan = smallPlan({ seed, variant, pods, replications });
  const runs = Array.from({ length: replications }, (_, replication) => {
    const own = Object.entries(values).flatMap(([key, all]) => {
      const value = all[replication] ?? null;
      return value === null ? [] : [[key, value] as const];
    });
    const digest = new Digest();
    digest.mixText(JSON.stringify(own));
    const print = digest.hex();
    return {
      replication,
      seed: deriveSeed(seed, replication),
      fingerprint: { trajectory: print, result: print },
      opened: ['all'],
      values: Object.fromEntries(own),
      batchMeans: null,
    };
  });
  const { scenario } = plan;
  return {
    plan,
    figures: { scenario, variant, planDigest: planDigest(plan), modelVersion: MODEL_VERSION, runs },
    queries: Object.keys(values).map((key) => parseMetricKey(key)!),
  };
}

/** A baseline of these values. */
export const madeBaseline = (
  parts: readonly BaselinePart[],
  chosen: readonly string[] | null = null,
): Baseline =>
  makeBaseline(parts, { scope: parts.length > 1 ? 'variants' : 'base', chosen, v8: '12.4-node.1' });

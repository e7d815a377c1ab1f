/** What a new baseline says otherwise than the one that it takes the place of. */
import { estimateOf } from '../figures/estimate.ts';
import type { Estimate } from '../figures/estimate.ts';
import type { Baseline, BaselineVariant } from './baseline.ts';
import type { DifferingField } from './conditions.ts';
import { differingConditions } from './conditions.ts';
import { inReadingOrder } from './gated-metrics.ts';

/** A metric of one of both; means over its replications, null where it is not there. */
export interface MetricChange {
  readonly variant: string;
  readonly key: string;
  readonly old: Estimate | null;
  readonly new: Estimate | null;
}

export interface BaselineChanges {
  readonly fields: readonly DifferingField[];
  /** Those with any other value. */
  readonly metrics: readonly MetricChange[];
}

/** The mean of a metric that was saved. */
export const savedEstimate = (variant: BaselineVariant | undefined, key: string): Estimate | null =>
  estimateOf((variant?.metrics[key] ?? []).filter((value) => value !== null));

/** In the order of the new baseline; what is gone comes last. */
export function baselineChanges(old: Baseline, now: Baseline): BaselineChanges {
  const fields: DifferingField[] = [];
  const hold = (field: string, before: string | null, after: string | null): void => {
    if (before !== after) fields.push({ field, old: before, new: after });
  };
  hold('model version', String(old.modelVersion), String(now.modelVersion));
  hold('V8', old.v8, now.v8);
  hold('scenario', old.scenario, now.scenario);
  const names = new Set([...now.variants, ...old.variants].map(({ name }) => name));
  const metrics: MetricChange[] = [];
  for (const name of names) {
    const before = old.variants.find((variant) => variant.name === name);
    const after = now.variants.find((variant) => variant.name === name);
    const of = names.size > 1 ? ` of ${name}` : '';
    const text = (value: string | number | undefined): string | null =>
      value === undefined ? null : String(value);
    hold(`plan${of}`, text(before?.planDigest), text(after?.planDigest));
    hold(`seed${of}`, text(before?.seed), text(after?.seed));
    hold(`replications${of}`, text(before?.fingerprints.length), text(after?.fingerprints.length));
    fields.push(
      ...differingConditions(before?.conditions ?? {}, after?.conditions ?? {}).map((field) => ({
        ...field,
        field: `${field.field}${of}`,
      })),
    );
    const keys = new Set([
      ...Object.keys(after?.metrics ?? {}),
      ...Object.keys(before?.metrics ?? {}),
    ]);
    for (const key of inReadingOrder([...keys])) {
      const same = JSON.stringify(before?.metrics[key]) === JSON.stringify(after?.metrics[key]);
      if (same) continue;
      metrics.push({
        variant: name,
        key,
        old: savedEstimate(before, key),
        new: savedEstimate(after, key),
      });
    }
  }
  return { fields, metrics };
}

import { mean } from 'simple-statistics';
import { assert } from '../../base/assert.ts';
import { constant } from './constant.ts';
import type { Variate } from './variate.ts';

/** Observed values in ns, each as likely as the others: resampled with replacement. */
export function empirical({ values }: { values: readonly number[] }): Variate {
  assert(values.length > 0, 'an empirical distribution has no values');
  if (values.length === 1) return constant(values[0]!);
  const observed = Float64Array.from(values);
  const size = observed.length;
  return {
    mean: mean(values as number[]),
    constant: null,
    fill(out, count, stream) {
      for (let i = 0; i < count; i++) out[i] = observed[stream.below(size)]!;
    },
  };
}

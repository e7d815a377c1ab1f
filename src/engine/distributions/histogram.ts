import { assert } from '../../base/assert.ts';
import { AliasTable } from '../alias-table.ts';
import type { Variate } from './variate.ts';

/**
 * A recorded histogram: bucket i spans from the upper bound before it (the first from 0) to
 * `upper[i]` ns and is as likely as its count; inside a bucket every value is equally likely.
 */
export function histogram({
  upper,
  counts,
}: {
  upper: readonly number[];
  counts: readonly number[];
}): Variate {
  assert(
    upper.length === counts.length,
    `a histogram has ${upper.length} bounds but ${counts.length} counts`,
  );
  const table = new AliasTable(counts);
  const lower = Float64Array.from(upper, (_, i) => (i === 0 ? 0 : upper[i - 1]!));
  const width = lower.map((from, i) => upper[i]! - from);
  let total = 0;
  let weighted = 0;
  for (let i = 0; i < counts.length; i++) {
    total += counts[i]!;
    weighted += counts[i]! * (lower[i]! + width[i]! / 2);
  }
  return {
    mean: weighted / total,
    constant: null,
    fill(out, count, stream) {
      for (let i = 0; i < count; i++) {
        const bucket = table.pick(stream.next());
        out[i] = lower[bucket]! + width[bucket]! * stream.next();
      }
    },
  };
}

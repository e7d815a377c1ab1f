import { AliasTable } from '../alias-table.ts';
import type { Variate } from './variate.ts';

/** One of several distributions, chosen by weight. All draw from the mixture's own stream. */
export function mixture(of: readonly { readonly weight: number; readonly of: Variate }[]): Variate {
  const table = new AliasTable(of.map(({ weight }) => weight));
  const parts = of.map((part) => part.of);
  const weights = of.reduce((sum, { weight }) => sum + weight, 0);
  const single = new Float64Array(1);
  return {
    // A part of weight 0 never occurs, so that its mean may be infinite.
    mean:
      of.reduce((sum, part) => (part.weight === 0 ? sum : sum + part.weight * part.of.mean), 0) /
      weights,
    constant: parts.length === 1 ? parts[0]!.constant : null,
    fill(out, count, stream) {
      for (let i = 0; i < count; i++) {
        parts[table.pick(stream.next())]!.fill(single, 1, stream);
        out[i] = single[0]!;
      }
    },
  };
}

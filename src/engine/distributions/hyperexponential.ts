import { AliasTable } from '../alias-table.ts';
import { standardExponential } from '../ziggurat.ts';
import type { Variate } from './variate.ts';

/** One of several exponentials (mean in ns), chosen by weight. */
export function hyperexponential({
  of,
}: {
  of: readonly { readonly weight: number; readonly mean: number }[];
}): Variate {
  const table = new AliasTable(of.map(({ weight }) => weight));
  const means = Float64Array.from(of, ({ mean }) => mean);
  const weights = of.reduce((sum, { weight }) => sum + weight, 0);
  return {
    mean: of.reduce((sum, { weight, mean }) => sum + weight * mean, 0) / weights,
    constant: null,
    fill(out, count, stream) {
      for (let i = 0; i < count; i++) {
        const mean = means[table.pick(stream.next())]!;
        out[i] = mean * standardExponential(stream);
      }
    },
  };
}

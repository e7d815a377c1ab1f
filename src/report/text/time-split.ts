/** Where the time goes: the parts of a latency, over all requests and around each percentile that is printed. */
import { LATENCY_PARTS, PERCENTILE_BANDS } from '../../contract/result.ts';
import { partsAround, pooledParts } from '../../study/figures/breakdown.ts';
import type { PooledParts } from '../../study/figures/breakdown.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatCount, formatShare, formatTime } from '../numbers.ts';
import { grid } from './grid.ts';
import type { Style } from './style.ts';

/** Parts below this share of every row are not worth a column. */
const SHOWN_FROM = 0.001;
/** The mean over fewer requests than this is not worth a row. */
const COUNT_LEAST = 10;

interface Row {
  readonly label: string;
  readonly count: number;
  readonly mean: number;
  readonly shares: readonly number[];
}

const rowOf = (label: string, { count, meanNs, shares }: PooledParts): Row => ({
  label,
  count,
  mean: (meanNs ?? []).reduce((sum, part) => sum + part, 0),
  shares: shares ?? LATENCY_PARTS.map(() => 0),
});

/** Nothing where no request was measured. */
export function timeSplitLines(variant: VariantRuns, style: Style): readonly string[] {
  const all = rowOf(
    'all requests',
    pooledParts(variant, ({ calledBy }) => calledBy === undefined),
  );
  if (all.mean === 0) return [];
  const bands = PERCENTILE_BANDS.map(({ name }) =>
    rowOf(`around ${name}`, partsAround(variant, name)),
  );
  const rows = [all, ...bands.filter(({ count }) => count >= COUNT_LEAST)];
  const shown = LATENCY_PARTS.flatMap((part, index) =>
    rows.some(({ shares }) => shares[index]! >= SHOWN_FROM) ? [{ part, index }] : [],
  );
  const [first, ...rest] = grid(
    [
      ['Where the time goes', 'mean', ...shown.map(({ part }) => part), 'n'],
      ...rows.map(({ label, count, mean, shares }) => [
        label,
        formatTime(mean),
        ...shown.map(({ index }) => formatShare(shares[index]!)),
        formatCount(count),
      ]),
    ],
    `lr${'r'.repeat(shown.length)}r`,
  );
  return [style.bold(first!), ...rest];
}

/** Where the time goes: the parts of a latency, for all requests and for the slowest of them. */
import { LATENCY_PARTS } from '../../contract/result.ts';
import { pooledParts } from '../../study/figures/breakdown.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatShare, formatTime } from '../numbers.ts';
import { grid } from './grid.ts';
import type { Style } from './style.ts';

/** Parts below this share of every row are not worth a column. */
const SHOWN_FROM = 0.001;

const ROWS: readonly { readonly label: string; readonly bands: (name: string) => boolean }[] = [
  { label: 'all requests', bands: () => true },
  { label: 'fastest half', bands: (name) => name === 'p0-p50' },
  { label: 'slowest 1%', bands: (name) => name === 'p99-p99.9' || name === 'p99.9-p100' },
];

/** Nothing where no request was measured. */
export function timeSplitLines(variant: VariantRuns, style: Style): readonly string[] {
  const rows = ROWS.map(({ label, bands }) => {
    const { meanNs, shares } = pooledParts(variant, ({ band }) => bands(band));
    const mean = (meanNs ?? []).reduce((sum, part) => sum + part, 0);
    return { label, mean, shares: shares ?? LATENCY_PARTS.map(() => 0) };
  });
  if (rows.every(({ mean }) => mean === 0)) return [];
  const shown = LATENCY_PARTS.flatMap((part, index) =>
    rows.some(({ shares }) => shares[index]! >= SHOWN_FROM) ? [{ part, index }] : [],
  );
  const [first, ...rest] = grid(
    [
      ['Where the time goes', 'mean', ...shown.map(({ part }) => part)],
      ...rows.map(({ label, mean, shares }) => [
        label,
        formatTime(mean),
        ...shown.map(({ index }) => formatShare(shares[index]!)),
      ]),
    ],
    `lr${'r'.repeat(shown.length)}`,
  );
  return [style.bold(first!), ...rest];
}

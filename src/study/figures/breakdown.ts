/** Where the time went, in one run or over all replications of a variant. */
import { LATENCY_PARTS } from '../../contract/result.ts';
import type { BreakdownResult, PercentileName } from '../../contract/result.ts';
import type { VariantRuns } from '../study.ts';

/** Time per part over the requests that were asked for. */
export interface PooledParts {
  readonly count: number;
  /** Mean of each part in ns, by LATENCY_PARTS; null where there was no request. */
  readonly meanNs: readonly number[] | null;
  /** Each part's share of the latency, 0–1, by LATENCY_PARTS; null where there was none. */
  readonly shares: readonly number[] | null;
}

/** Pools the bands of clients that `wanted` picks, each weighted by its requests. */
export const pooledBands = (
  rows: readonly BreakdownResult[],
  wanted: (row: BreakdownResult) => boolean,
): PooledParts => pooled(rows.filter(wanted));

/** The same over all replications. */
export const pooledParts = (
  { runs }: VariantRuns,
  wanted: (row: BreakdownResult) => boolean,
): PooledParts =>
  pooledBands(
    runs.flatMap(({ breakdown }) => breakdown),
    wanted,
  );

/** What requests around a percentile are made of: those of the band of each replication, over all clients. */
export const partsAround = ({ runs }: VariantRuns, percentile: PercentileName): PooledParts =>
  pooled(
    runs.flatMap(({ percentiles }) => percentiles.filter((row) => row.percentile === percentile)),
  );

function pooled(
  rows: readonly { readonly count: number; readonly meanNs: readonly number[] }[],
): PooledParts {
  const sums = new Array<number>(LATENCY_PARTS.length).fill(0);
  let count = 0;
  for (const row of rows) {
    if (row.count === 0) continue;
    count += row.count;
    for (const [part, meanNs] of row.meanNs.entries()) {
      sums[part] = sums[part]! + meanNs * row.count;
    }
  }
  const whole = sums.reduce((total, sum) => total + sum, 0);
  return {
    count,
    meanNs: count > 0 ? sums.map((sum) => sum / count) : null,
    shares: whole > 0 ? sums.map((sum) => sum / whole) : null,
  };
}

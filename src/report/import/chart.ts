/** A small chart: how many latencies lie where, with a mark for what the fit would have there. */
import type { Distribution } from '../../contract/distribution.ts';
import type { ObservedLatencies } from '../../observed/latencies.ts';
import { latencyQuantile } from '../../observed/latencies.ts';
import { tailOf } from '../../stats/distributions/tail.ts';
import type { Buckets } from '../../stats/fitting/buckets.ts';
import { countOf } from '../../stats/fitting/buckets.ts';
import { formatShare, formatTime } from '../numbers.ts';
import { bar, BAND_MARK } from '../text/bars.ts';
import { grid } from '../text/grid.ts';

const ROWS = 12;
const WIDTH = 40;

/** The share of all times below `edge`, ns. */
function shareBelow({ lower, upper, counts }: Buckets, edge: number): number {
  const below = counts.reduce((sum, count, i) => {
    if (upper[i]! <= edge) return sum + count;
    if (lower[i]! >= edge) return sum;
    return sum + (count * (edge - lower[i]!)) / (upper[i]! - lower[i]!);
  }, 0);
  return below / countOf({ lower, upper, counts });
}

/** Bounds whose ratios are equal, from nearly the smallest time to nearly the largest; whole steps of a coarse log. */
function edgesOf(observed: ObservedLatencies): readonly number[] {
  const low = Math.max(1, latencyQuantile(observed, 0.001));
  const high = Math.max(low * 1.01, latencyQuantile(observed, 0.999));
  const edges = Array.from({ length: ROWS + 1 }, (_, i) => low * (high / low) ** (i / ROWS));
  const { step } = observed;
  if (step === null) return edges;
  const whole = edges.map((edge) => Math.floor(edge / step) * step + step / 2);
  return [...new Set(whole)];
}

/** Nothing where all latencies are equal. */
export function latencyChart(
  observed: ObservedLatencies,
  fit: { readonly name: string; readonly distribution: Distribution } | null,
): readonly string[] {
  if (observed.min >= observed.max) return [];
  const edges = edgesOf(observed);
  const tail = fit === null ? null : tailOf(fit.distribution);
  const rows = edges.slice(1).map((to, i) => {
    const from = edges[i]!;
    const share = shareBelow(observed.buckets, to) - shareBelow(observed.buckets, from);
    const mark = tail === null ? undefined : tail(from) - tail(to);
    return { from, to, share, mark };
  });
  const full = Math.max(...rows.flatMap(({ share, mark = 0 }) => [share, mark]));
  const title =
    fit === null
      ? 'Shares of the log'
      : `Shares of the log (${BAND_MARK} = those of the ${fit.name} fit)`;
  const lines = grid(
    rows.map(({ from, to, share, mark }) => [
      formatTime(from),
      `– ${formatTime(to)}`,
      formatShare(share),
      bar({ value: share, full, width: WIDTH, mark }),
    ]),
    'rrrl',
  );
  return [title, ...lines.map((line) => `  ${line}`)];
}

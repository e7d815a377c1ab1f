/**
 * The cost of a rule from the published first-packet latencies (KEP-3866, as the bars of its charts read: p50, p90
 * and p99 at 5,000, 10,000 and 30,000 Services). The model: a base latency, distributed as that of nftables; a
 * rank, uniform; and rules that are warm or cold in the CPU's caches (src/proxy/iptables-walk.ts). The fit
 * is minimax: the smallest worst relative error over the nine cells.
 */
import type { Distribution } from '../../src/contract/plan.ts';

export interface WalkCosts {
  perServiceRule: number;
  perServiceRuleCold: number;
  perServiceRuleColdFirst: number;
  coldFirstRules: number;
  coldShare: number;
  cachedRules: number;
}

/** A published quantile of the first packet, µs. */
export interface PublishedCell {
  readonly mode: 'iptables' | 'nftables';
  readonly services: number;
  readonly quantile: number;
  readonly us: number;
}

const QUANTILES = [0.5, 0.9, 0.99] as const;
const IPTABLES_US = [
  [5000, [47, 118, 154]],
  [10_000, [59, 186, 261]],
  [30_000, [272, 489, 714]],
] as const;
const NFTABLES_US = [12, 20, 36] as const;

export const PUBLISHED_FIRST_PACKETS: readonly PublishedCell[] = IPTABLES_US.flatMap(
  ([services, us]) =>
    QUANTILES.flatMap((quantile, i) => [
      { mode: 'iptables' as const, services, quantile, us: us[i]! },
      { mode: 'nftables' as const, services, quantile, us: NFTABLES_US[i]! },
    ]),
);

type Histogram = Extract<Distribution, { readonly kind: 'histogram' }>;

/** Points that stand for the base. */
const POINTS = 400;

/** Values of a histogram in the middle of `POINTS` equal shares, ns. */
export function pointsOf({ upper, counts }: Histogram): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Array.from({ length: POINTS }, (_, i) => {
    let left = ((i + 0.5) / POINTS) * total;
    let bucket = 0;
    while (left > counts[bucket]!) left -= counts[bucket++]!;
    const lower = bucket === 0 ? 0 : upper[bucket - 1]!;
    return lower + (upper[bucket]! - lower) * (left / counts[bucket]!);
  });
}

/** The `quantile` of first packets' latency, ns, with a rank that is uniform among `services`. */
export function firstPacketQuantile(
  costs: WalkCosts,
  base: readonly number[],
  { services, quantile }: { readonly services: number; readonly quantile: number },
): number {
  const { perServiceRule: warm, perServiceRuleCold: cold, cachedRules, coldShare } = costs;
  const { perServiceRuleColdFirst: coldFirst, coldFirstRules } = costs;
  const within = cachedRules * warm;
  const share = (rules: number): number => Math.min(1, Math.max(0, rules / services));
  /** Ranks from which a walk costs at most this, as a share of all. */
  const below = (cost: number): number => {
    const whenWarm = cost <= within ? cost / warm : cachedRules + (cost - within) / cold;
    const steep = coldFirst * coldFirstRules;
    const whenCold = cost <= steep ? cost / coldFirst : coldFirstRules + (cost - steep) / cold;
    return (1 - coldShare) * share(whenWarm) + coldShare * share(whenCold);
  };
  let [low, high] = [0, base.at(-1)! + services * Math.max(cold, coldFirst)];
  while (high - low > 1) {
    const middle = (low + high) / 2;
    const reached = base.reduce((sum, at) => sum + (at <= middle ? below(middle - at) : 0), 0);
    if (reached < quantile * base.length) low = middle;
    else high = middle;
  }
  return high;
}

/** The largest relative error over the cells of iptables. */
export function worstError(costs: WalkCosts, base: readonly number[]): number {
  return Math.max(
    ...PUBLISHED_FIRST_PACKETS.filter(({ mode }) => mode === 'iptables').map((cell) =>
      Math.abs(firstPacketQuantile(costs, base, cell) / (cell.us * 1000) - 1),
    ),
  );
}

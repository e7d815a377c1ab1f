/**
 * Where the time of slow requests went: the parts of the requests around p99 and, where most of it was spent at pods, at which
 * pods. With too few requests around p99, p90 is told of instead, or nothing.
 */
import { LATENCY_PARTS, QUEUE, SERVICE } from '../../contract/result.ts';
import type { LatencyPart, PercentileName } from '../../contract/result.ts';
import { partsAround } from '../figures/breakdown.ts';
import { slowRequests } from '../figures/slow-requests.ts';
import type { SlowRequests } from '../figures/slow-requests.ts';
import type { VariantRuns } from '../study.ts';

export interface Tail {
  readonly percentile: PercentileName;
  /** Requests around it, over all replications, and their mean latency, ns. */
  readonly count: number;
  readonly latencyNs: number;
  /** What it is mostly made of, largest first, ns. */
  readonly parts: readonly { readonly part: LatencyPart; readonly ns: number }[];
  /** Null where most of it was not spent at pods, or attempts that were as slow are too few. */
  readonly slow: SlowRequests | null;
  /** Arguments of `--set` that mend it; none where nothing is known to. */
  readonly mend: readonly string[];
}

const CANDIDATES: readonly PercentileName[] = ['p99', 'p90'];
/** Of fewer requests no mean is told. */
const COUNT_LEAST = 30;
/** Parts from this share of the latency on are named, the largest in any case. */
const WORTH_NAMING = 0.15;
/** From this share on it was spent at pods. */
const AT_PODS = 0.5;
/** Attempts count as slow from this part of the time on that those around the percentile spent at pods. */
const AS_SLOW = 0.9;

export function tailOf(variant: VariantRuns): Tail | null {
  for (const percentile of CANDIDATES) {
    const { count, meanNs, shares } = partsAround(variant, percentile);
    if (count < COUNT_LEAST || meanNs === null || shares === null) continue;
    const largest = Math.max(...shares);
    const parts = LATENCY_PARTS.flatMap((part, i) =>
      shares[i]! >= Math.min(WORTH_NAMING, largest) ? [{ part, ns: meanNs[i]! }] : [],
    ).toSorted((a, b) => b.ns - a.ns);
    const atPods = meanNs[QUEUE]! + meanNs[SERVICE]!;
    const isAtPods = shares[QUEUE]! + shares[SERVICE]! >= AT_PODS;
    const slow = isAtPods ? slowRequests(variant, AS_SLOW * atPods) : null;
    const latencyNs = meanNs.reduce((sum, ns) => sum + ns, 0);
    return { percentile, count, latencyNs, parts, slow, mend: mendOf(variant, slow) };
  }
  return null;
}

/**
 * A pod that is slow, and no hotter than others, is sent less by a scheduler that counts connections, as long as
 * these end with their requests.
 */
function mendOf({ plan }: VariantRuns, slow: SlowRequests | null): readonly string[] {
  if (slow?.where !== 'named' || plan.proxies.length > 1) return [];
  const [proxy] = plan.proxies;
  const onlySlow = slow.pods.every(({ times, load }) => times >= SLOW && load <= NOT_HOT);
  const services = plan.services.filter(({ label }) =>
    slow.pods.some(({ service }) => service === label),
  );
  const picks =
    plan.clients.every(({ connection }) => connection.mode === 'PerRequest') &&
    services.every(
      ({ sessionAffinity, clusterIP }) => sessionAffinity === null && clusterIP !== null,
    );
  const counts = proxy!.mode === 'ipvs' && COUNTING.includes(proxy!.ipvs.scheduler);
  if (!onlySlow || !picks || counts) return [];
  return [...(proxy!.mode === 'ipvs' ? [] : ['proxy.mode=ipvs']), 'proxy.ipvs.scheduler=lc'];
}

/** So many times the service time of others; and not more than so many times the fair share. */
const SLOW = 1.25;
const NOT_HOT = 1.1;
const COUNTING: readonly string[] = ['lc', 'wlc', 'sed', 'nq'];

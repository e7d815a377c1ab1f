/**
 * At which pods the slow requests were, by the time that each spent at a pod: as pods counted it, attempt by
 * attempt, window `all`. Pods are named only where they hold clearly more than their part, and where that is
 * more than a queue that happened to grow there: they get more requests than chance would give them, or take longer for each.
 */
import type { PodResult, RunResult } from '../../contract/result.ts';
import { bucketOf, lowestOf } from '../../stats/log-linear.ts';
import type { VariantRuns } from '../study.ts';

/** A pod, its share of the slow requests, and what a fair share of all requests of its Service would be. */
export interface SlowPod {
  readonly service: string;
  readonly pod: string;
  readonly share: number;
  readonly fair: number;
  /** Its requests over the fair share, and its service time over that of the other pods of the Service. */
  readonly load: number;
  readonly times: number;
}

export interface SlowRequests {
  /** An attempt is slow that spent at least so long at a pod, ns: the edge of a bucket of its histogram. */
  readonly fromNs: number;
  /** How many did, over all replications. */
  readonly count: number;
  /** `named`: at these pods. `oneEach`: at so few in each replication, but not the same; these are of the first. `spread`: over all pods. */
  readonly where: 'named' | 'oneEach' | 'spread' | 'unknown';
  readonly pods: readonly SlowPod[];
  /** The share of slow requests at such pods. */
  readonly share: number;
}

/** Of fewer slow requests nothing is said. */
const COUNT_LEAST = 100;
/** Pods that are named hold at least this share together, and each so many times its fair share; and they are few. */
const SHARE_LEAST = 0.5;
const TIMES_FAIR = 2;
const PODS_MOST = 3;
/** No pod holds more than so many times its fair share of what is spread over all. */
const TIMES_SPREAD = 1.5;
/** Standard errors beyond which a pod has more requests than chance gives: false in 300,000 pods. */
const BEYOND_CHANCE = 4.5;
/** A pod is slow that takes so many times as long as others for each request, over so many requests. */
const SLOWER = 1.25;
const SERVED_LEAST = 500;

/** Sums of one pod over runs. */
interface PodSum {
  readonly service: string;
  readonly pod: string;
  requests: number;
  fairNs: number;
  served: number;
  serviceNs: number;
  slow: number;
}

interface ServiceSum {
  requests: number;
  fairNs: number;
  served: number;
  serviceNs: number;
}

const measured = (run: RunResult): readonly PodResult[] =>
  run.pods.filter(({ window, latency }) => window === 'all' && latency.count > 0);

/** Of attempts that spent about `fromNs` or more at a pod. Null where they are too few. */
export function slowRequests({ runs }: VariantRuns, fromNs: number): SlowRequests | null {
  const precision = runs.flatMap(measured)[0]?.latency.precision;
  if (precision === undefined) return null;
  const bucket = bucketOf(Math.floor(fromNs), precision);
  const all = sumsOver(runs, bucket);
  const count = all.reduce((sum, { slow }) => sum + slow, 0);
  if (count < COUNT_LEAST) return null;
  const found = { fromNs: lowestOf(bucket, precision), count };
  const pooled = assess(all);
  const named = namedOf(pooled);
  if (named.length > 0) return { ...found, where: 'named', pods: named, share: shareOf(named) };
  const each = runs.map((run) => namedOf(assess(sumsOver([run], bucket))));
  if (runs.length > 1 && each.every((pods) => pods.length > 0)) {
    const share = each.reduce((sum, pods) => sum + shareOf(pods), 0) / each.length;
    return { ...found, where: 'oneEach', pods: each[0]!, share };
  }
  const isSpread =
    pooled.every(({ share, fair }) => share <= TIMES_SPREAD * fair) &&
    runs.every((run) => isEven(assess(sumsOver([run], bucket))));
  return { ...found, where: isSpread ? 'spread' : 'unknown', pods: [], share: isSpread ? 1 : 0 };
}

/** Whether no pod holds what would have it named, were it for its share alone. */
const isEven = (pods: readonly SlowPod[]): boolean =>
  pods.every(({ share, fair }) => share <= TIMES_FAIR * fair);

function sumsOver(runs: readonly RunResult[], bucket: number): readonly PodSum[] {
  const sums = new Map<string, PodSum>();
  for (const pod of runs.flatMap(measured)) {
    const key = JSON.stringify([pod.service, pod.pod]);
    let sum = sums.get(key);
    if (sum === undefined) {
      const zeros = { requests: 0, fairNs: 0, served: 0, serviceNs: 0, slow: 0 };
      sums.set(key, (sum = { service: pod.service, pod: pod.pod, ...zeros }));
    }
    const { latency } = pod;
    sum.requests += pod.requests;
    sum.fairNs += pod.fairNs;
    sum.served += latency.count;
    sum.serviceNs += latency.sum - pod.queueNsMean * latency.count;
    sum.slow += latency.counts.reduce(
      (slow, count, i) => (latency.offset + i >= bucket ? slow + count : slow),
      0,
    );
  }
  return [...sums.values()];
}

interface Assessed extends SlowPod {
  /** Whether it differs from the others beyond chance. */
  readonly differs: boolean;
}

function assess(pods: readonly PodSum[]): readonly Assessed[] {
  const services = new Map<string, ServiceSum>();
  const slow = pods.reduce((sum, pod) => sum + pod.slow, 0);
  const requests = pods.reduce((sum, pod) => sum + pod.requests, 0);
  for (const { service, ...pod } of pods) {
    const sum = services.get(service) ?? { requests: 0, fairNs: 0, served: 0, serviceNs: 0 };
    sum.requests += pod.requests;
    sum.fairNs += pod.fairNs;
    sum.served += pod.served;
    sum.serviceNs += pod.serviceNs;
    services.set(service, sum);
  }
  return pods.map((pod): Assessed => {
    const all = services.get(pod.service)!;
    const part = all.fairNs > 0 ? pod.fairNs / all.fairNs : 0;
    const expected = all.requests * part;
    const error = Math.sqrt(expected * (1 - part));
    const isHot = error > 0 && pod.requests > expected + BEYOND_CHANCE * error;
    const others = (all.serviceNs - pod.serviceNs) / (all.served - pod.served);
    const times = pod.serviceNs / pod.served / others;
    const isSlow =
      times >= SLOWER && pod.served >= SERVED_LEAST && all.served - pod.served >= SERVED_LEAST;
    return {
      service: pod.service,
      pod: pod.pod,
      share: slow > 0 ? pod.slow / slow : 0,
      fair: (part * all.requests) / requests,
      load: expected > 0 ? pod.requests / expected : 0,
      times: Number.isFinite(times) ? times : 1,
      differs: isHot || isSlow,
    };
  });
}

/** The fewest pods that hold most of the slow requests; none where they are many, or alike. */
function namedOf(pods: readonly Assessed[]): readonly SlowPod[] {
  const byShare = pods.toSorted((a, b) => b.share - a.share).slice(0, PODS_MOST);
  const found: SlowPod[] = [];
  for (const { differs, ...pod } of byShare) {
    if (!differs || pod.share < TIMES_FAIR * pod.fair) return [];
    found.push(pod);
    if (shareOf(found) >= SHARE_LEAST) return found;
  }
  return [];
}

const shareOf = (pods: readonly SlowPod[]): number =>
  pods.reduce((sum, { share }) => sum + share, 0);

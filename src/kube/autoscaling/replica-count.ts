/**
 * How many replicas a HorizontalPodAutoscaler makes of one metric of its pods, to the digit: whose samples count, the
 * ratio of what is used to what is wanted, and what is assumed of pods that have no sample
 * (pkg/controller/podautoscaler/replica_calculator.go and metrics/utilization.go).
 */

/** A pod as the API server has it. Moments and durations in ns. */
export interface ScaledPod {
  /** It has a deletion timestamp, or is gone. */
  readonly deleted: boolean;
  /** Phase Pending: no container has run yet. */
  readonly pending: boolean;
  /** The Ready condition, and when it last changed. */
  readonly ready: boolean;
  readonly readySince: number;
  /** status.startTime: when the kubelet took it on. */
  readonly startedAt: number;
  /** Null: no sample of it is known. */
  readonly sample: Sample | null;
}

/** What was measured of a pod over the window that ends at `at`. */
export interface Sample {
  /** In thousandths of the metric's unit, a whole number. */
  readonly milli: number;
  readonly at: number;
  readonly window: number;
}

/** What is wanted of a metric. */
export type Target =
  /** CPU used over `requestMilli`, what each pod requests: whole per cent. */
  | { readonly kind: 'utilization'; readonly percent: number; readonly requestMilli: number }
  /** An average per pod, in thousandths; `ofCpu`: pods that start up are set aside. */
  | { readonly kind: 'average'; readonly milli: number; readonly ofCpu: boolean };

/** Flags of kube-controller-manager, ns. */
export interface ReadinessDelays {
  readonly cpuInitializationPeriod: number;
  readonly initialReadinessDelay: number;
}

/** How far above and below 1 a ratio is without consequences. */
export interface Tolerances {
  readonly up: number;
  readonly down: number;
}

type Group = 'ignored' | 'unready' | 'missing' | 'counted';

/** How a pod's sample counts at `now`. */
export function groupOf(
  pod: ScaledPod,
  ofCpu: boolean,
  { cpuInitializationPeriod, initialReadinessDelay }: ReadinessDelays,
  now: number,
): Group {
  const { sample, ready, readySince, startedAt } = pod;
  if (pod.deleted) return 'ignored';
  if (pod.pending) return 'unready';
  if (sample === null) return 'missing';
  if (!ofCpu) return 'counted';
  // While it may still be starting up, only a sample counts whose window lies after the pod became ready.
  const unready =
    startedAt + cpuInitializationPeriod > now
      ? !ready || sample.at < readySince + sample.window
      : !ready && startedAt + initialReadinessDelay > readySince;
  return unready ? 'unready' : 'counted';
}

/**
 * The replicas that a metric asks for where there are `current` of them, before limits; null: there is no sample, or no
 * request that it could be a share of, and nothing to be said.
 */
export function replicasFor(
  current: number,
  pods: readonly ScaledPod[],
  target: Target,
  rules: {
    readonly delays: ReadinessDelays;
    readonly tolerances: Tolerances;
    readonly now: number;
  },
): number | null {
  const ofCpu = target.kind === 'utilization' || target.ofCpu;
  const counts: Record<Group, number> = { ignored: 0, unready: 0, missing: 0, counted: 0 };
  let used = 0;
  for (const pod of pods) {
    const group = groupOf(pod, ofCpu, rules.delays, rules.now);
    counts[group]++;
    if (group === 'counted') used += pod.sample!.milli;
  }
  const { counted, missing, unready } = counts;
  if (counted === 0 || (target.kind === 'utilization' && target.requestMilli === 0)) return null;

  const within = (ratio: number): boolean =>
    1 - rules.tolerances.down <= ratio && ratio <= 1 + rules.tolerances.up;
  const ratio = ratioOf(target, used, counted);
  const withUnready = unready > 0 && ratio > 1;
  if (!withUnready && missing === 0) {
    return within(ratio) ? current : Math.ceil(ratio * counted);
  }
  // Assumed against the change: pods without a sample use all that they should, or nothing; so do unready ones.
  const assumed = ratio < 1 ? assumedOfMissing(target) : 0;
  const isAssumed = missing > 0 && (ratio !== 1 || target.kind === 'average');
  const number = counted + (isAssumed ? missing : 0) + (withUnready ? unready : 0);
  const cautious = ratioOf(target, used + (isAssumed ? missing * assumed : 0), number);
  const turns = (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1);
  if (within(cautious) || turns) return current;
  const replicas = Math.ceil(cautious * number);
  const contradicts = (cautious < 1 && replicas > current) || (cautious > 1 && replicas < current);
  return contradicts ? current : replicas;
}

/** What is used over what is wanted. Utilisations and averages are cut off to whole per cents and thousandths. */
function ratioOf(target: Target, usedMilli: number, pods: number): number {
  return target.kind === 'utilization'
    ? Math.floor((usedMilli * 100) / (target.requestMilli * pods)) / target.percent
    : Math.floor(usedMilli / pods) / target.milli;
}

/** On a scale-down: all of the request, or of the target where that is more. */
function assumedOfMissing(target: Target): number {
  return target.kind === 'utilization'
    ? Math.floor((target.requestMilli * Math.max(100, target.percent)) / 100)
    : target.milli;
}

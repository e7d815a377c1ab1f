/**
 * The arithmetic of a Deployment: how many pods each of its ReplicaSets is to have next.
 *
 * Sources: k8s pkg/controller/deployment/{rolling,sync}.go, pkg/controller/deployment/util/deployment_util.go.
 */
import { resolveDown, resolveUp, type IntOrPercent } from './int-or-percent.ts';

/** How far a rolling update may go beyond the replicas, and how far below with what is available. */
export interface RollingLimits {
  readonly surge: number;
  readonly unavailable: number;
}

/** A ReplicaSet as its Deployment sees it. */
export interface SetSize {
  /** spec.replicas. */
  readonly replicas: number;
  /** status.availableReplicas. */
  readonly available: number;
}

/** maxSurge rounds up and maxUnavailable down; where both come to nothing, one pod may be missing. */
export function resolveLimits(
  maxSurge: IntOrPercent,
  maxUnavailable: IntOrPercent,
  replicas: number,
): RollingLimits {
  const surge = resolveUp(maxSurge, replicas);
  const unavailable = resolveDown(maxUnavailable, replicas);
  const either = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { surge, unavailable: Math.min(either, replicas) };
}

/** The next size of the new ReplicaSet, of `current` pods now, where all of them together want `total` (NewRSNewReplicas). */
export function nextNewSize(
  replicas: number,
  { surge }: RollingLimits,
  current: number,
  total: number,
): number {
  if (current >= replicas) return replicas;
  const room = replicas + surge - total;
  return room <= 0 ? current : current + Math.min(room, replicas - current);
}

/** The next sizes of the old ReplicaSets, which come oldest first (reconcileOldReplicaSets). */
export function nextOldSizes(
  replicas: number,
  { unavailable }: RollingLimits,
  current: SetSize,
  old: readonly SetSize[],
): number[] {
  const sizes = old.map((set) => set.replicas);
  const total = sum(sizes) + current.replicas;
  const minAvailable = replicas - unavailable;
  const removable = total - minAvailable - (current.replicas - current.available);
  if (removable <= 0) return sizes;
  // Pods that serve nobody go first: they are missed by nobody.
  let left = removable;
  old.forEach((set, i) => {
    const step = Math.max(0, Math.min(left, set.replicas - set.available));
    sizes[i] -= step;
    left -= step;
  });
  const available = current.available + sum(old.map((set) => set.available));
  left = Math.max(0, available - minAvailable);
  sizes.forEach((size, i) => {
    const step = Math.min(left, size);
    sizes[i] -= step;
    left -= step;
  });
  return sizes;
}

/** A ReplicaSet with pods, where its Deployment is scaled in the middle of a rollout. */
export interface ActiveSet {
  readonly replicas: number;
  /** Replicas and surge of the Deployment when the set was last scaled (the annotation max-replicas). */
  readonly maxReplicas: number;
}

/**
 * The sizes of the ReplicaSets of a Deployment that is scaled while more than one has pods: each keeps its share, and
 * what rounding leaves over goes to the largest, the newest of equals when scaling up, the oldest when scaling down.
 *
 * @param sets oldest first
 */
export function proportionalSizes(
  replicas: number,
  { surge }: RollingLimits,
  sets: readonly ActiveSet[],
): number[] {
  const allowed = replicas > 0 ? replicas + surge : 0;
  const toAdd = allowed - sum(sets.map((set) => set.replicas));
  const sizes = sets.map((set) => set.replicas);
  const order = sets.map((_, i) => i);
  order.sort((a, b) => sets[b].replicas - sets[a].replicas || (toAdd > 0 ? b - a : a - b));
  let added = 0;
  for (const i of order) {
    const share = shareOf(sets[i], replicas, surge);
    const left = toAdd - added;
    const step = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    sizes[i] += step;
    added += step;
  }
  if (order.length > 0) sizes[order[0]] = Math.max(0, sizes[order[0]] + toAdd - added);
  return sizes;
}

/** By how much a set grows to keep its share of all pods (getReplicaSetFraction). */
function shareOf(set: ActiveSet, replicas: number, surge: number): number {
  if (replicas === 0) return -set.replicas;
  const size = (set.replicas * (replicas + surge)) / set.maxReplicas;
  return Math.floor(size + 0.5) - set.replicas;
}

const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0);

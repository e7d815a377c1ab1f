/**
 * Which of its pods a ReplicaSet deletes first.
 *
 * Source: k8s pkg/controller/controller_utils.go, ActivePodsWithRanks and logarithmicRankDiff.
 *
 * Left out: the phase Unknown; the annotation pod-deletion-cost.
 */
export interface DeletionCandidate {
  readonly isBound: boolean;
  /** Its container has not run yet. */
  readonly isPending: boolean;
  readonly isReady: boolean;
  /** Since when it is ready, and when it was created, ns; -Infinity: before the run. The API counts whole seconds. */
  readonly readySince: number;
  readonly createdAt: number;
  /** Pods of the same owner on its node. */
  readonly neighbours: number;
  readonly restarts: number;
  /** As random as the UID of a pod; and its number, by which those that are alike in all are told apart. */
  readonly uid: number;
  readonly number: number;
}

/** Below 0: `a` goes before `b`. `now` in ns. */
export function compareForDeletion(
  a: DeletionCandidate,
  b: DeletionCandidate,
  now: number,
): number {
  return (
    Number(a.isBound) - Number(b.isBound) ||
    Number(b.isPending) - Number(a.isPending) ||
    Number(a.isReady) - Number(b.isReady) ||
    b.neighbours - a.neighbours ||
    (a.isReady ? compareTimes(a.readySince, b.readySince, now, a.uid - b.uid) : 0) ||
    b.restarts - a.restarts ||
    compareTimes(a.createdAt, b.createdAt, now, a.uid - b.uid) ||
    b.number - a.number
  );
}

/** The later first, as far as they differ in the power of two of their age; else whom chance names. */
function compareTimes(a: number, b: number, now: number, chance: number): number {
  const [first, second] = [inSeconds(a), inSeconds(b)];
  if (first === second) return 0;
  return rank(now - first) - rank(now - second) || chance;
}

const inSeconds = (ns: number): number => Math.floor(ns / 1e9) * 1e9;

const rank = (age: number): number => (age > 0 ? Math.floor(Math.log2(age)) : -1);

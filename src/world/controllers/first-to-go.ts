/** The pods that a ReplicaSet deletes when it has too many. */
import { compareForDeletion, type DeletionCandidate } from '../../kube/deletion-order.ts';
import type { Replica } from './replica.ts';

/**
 * @param related the pods of all ReplicaSets of the same owner
 * @param now ns
 */
export function firstToGo(
  pods: Iterable<Replica>,
  related: Iterable<Replica>,
  count: number,
  now: number,
): readonly Replica[] {
  const onNode = new Map<number, number>();
  for (const { pod } of related) {
    if (pod !== null) onNode.set(pod.node, (onNode.get(pod.node) ?? 0) + 1);
  }
  const ranked = Array.from(pods, (replica) => ({
    replica,
    candidate: candidateOf(replica, onNode),
  }));
  ranked.sort((a, b) => compareForDeletion(a.candidate, b.candidate, now));
  return ranked.slice(0, count).map(({ replica }) => replica);
}

function candidateOf(replica: Replica, onNode: ReadonlyMap<number, number>): DeletionCandidate {
  const { pod, facts, isRunning, isReady, readySince } = replica;
  return {
    isBound: pod !== null,
    isPending: !isRunning,
    isReady,
    readySince,
    createdAt: facts.createdAt,
    neighbours: pod === null ? 0 : onNode.get(pod.node)!,
    restarts: pod === null ? 0 : pod.restarts,
    uid: facts.uid,
    number: facts.number,
  };
}

/**
 * The pods that rules name, and how they change. Nodes that make the same of an endpoint set share one object
 * (EndpointSet), and so the answers, however many they are.
 */
import type { UsableEndpoints } from '../../kube/endpoint.ts';

/** Pods that are named no more, and pods that were not before. */
interface Moves {
  readonly gone: readonly number[];
  readonly come: readonly number[];
}

const sets = new WeakMap<UsableEndpoints, ReadonlySet<number>>();
const moves = new WeakMap<UsableEndpoints, WeakMap<UsableEndpoints, Moves>>();

/** The numbers of the pods behind these endpoints. */
export function podsIn(usable: UsableEndpoints): ReadonlySet<number> {
  let pods = sets.get(usable);
  if (pods === undefined) {
    pods = new Set(usable.endpoints.map(({ pod }) => pod));
    sets.set(usable, pods);
  }
  return pods;
}

/** What becomes of the pods where `to` takes the place of `from`. */
export function podsMoved(from: UsableEndpoints, to: UsableEndpoints): Moves {
  let known = moves.get(to);
  if (known === undefined) {
    known = new WeakMap();
    moves.set(to, known);
  }
  let moved = known.get(from);
  if (moved === undefined) {
    const before = podsIn(from);
    const after = podsIn(to);
    moved = {
      gone: [...before].filter((pod) => !after.has(pod)),
      come: [...after].filter((pod) => !before.has(pod)),
    };
    known.set(from, moved);
  }
  return moved;
}

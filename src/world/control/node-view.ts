/**
 * What a node makes of endpoint sets. Nodes that make the same of a set share one object, so that a change
 * of a Service costs the same memory for one node as for thousands.
 */
import { compareCodeUnits } from '../../base/order.ts';
import { usableEndpoints, type EndpointSet, type UsableEndpoints } from '../../kube/endpoint.ts';

const usable = new WeakMap<EndpointSet, UsableEndpoints>();
const changes = new WeakMap<UsableEndpoints, WeakMap<UsableEndpoints, number>>();

/** The endpoints of a set that take new connections. */
export function usableOf(set: EndpointSet): UsableEndpoints {
  let own = usable.get(set);
  if (own === undefined) {
    own = usableEndpoints(set.endpoints);
    usable.set(set, own);
  }
  return own;
}

/** How many endpoints are in one of the two and not in the other. */
export function endpointsChanged(from: UsableEndpoints, to: UsableEndpoints): number {
  if (from === to) return 0;
  let known = changes.get(to);
  if (known === undefined) {
    known = new WeakMap();
    changes.set(to, known);
  }
  let count = known.get(from);
  if (count === undefined) {
    count = countChanges(from, to);
    known.set(from, count);
  }
  return count;
}

/** Both are in the order of their addresses. */
function countChanges(
  { endpoints: a }: UsableEndpoints,
  { endpoints: b }: UsableEndpoints,
): number {
  let common = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const order = compareCodeUnits(a[i].address, b[j].address);
    if (order === 0) common++;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return a.length + b.length - 2 * common;
}

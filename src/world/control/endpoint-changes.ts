/**
 * How far what a node makes of one endpoint set is from what it made of the one before. Nodes that make the
 * same of a set share one object (EndpointSet), and so the answer, however many they are.
 */
import { compareCodeUnits } from '../../base/order.ts';
import type { UsableEndpoints } from '../../kube/endpoint.ts';

const changes = new WeakMap<UsableEndpoints, WeakMap<UsableEndpoints, number>>();

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

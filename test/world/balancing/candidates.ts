/** Endpoints to pick among, by the hundred. */
import type { Endpoint } from '../../../src/kube/endpoint.ts';
import type { Candidate } from '../../../src/world/traffic/balancing/picker.ts';

export const endpointOf = (pod: number): Endpoint => ({
  address: `10.244.${pod >> 8}.${pod & 255}:8080`,
  ip: (10 * 2 ** 24 + 244 * 2 ** 16 + pod) >>> 0,
  port: 8080,
  pod,
  node: 0,
  ready: true,
  serving: true,
  terminating: false,
  hints: null,
});

export interface MutableCandidate extends Candidate {
  inFlight: number;
}

export const candidates = (count: number): MutableCandidate[] =>
  Array.from({ length: count }, (_, pod) => ({ endpoint: endpointOf(pod), inFlight: 0 }));

/** How often each of `count` is picked in so many picks, with the keys 0, 1, 2, ... */
export function shares(
  pick: (key: number) => number,
  count: number,
  picks: number,
): readonly number[] {
  const times = new Array<number>(count).fill(0);
  for (let key = 0; key < picks; key++) times[pick(key)]!++;
  return times;
}

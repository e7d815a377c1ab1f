/** What proxies know of endpoints: as late as the API server, their control plane and its pushes make it. */
import { describe, expect, it } from 'vitest';
import type { TimelineAction } from '../../../src/contract/plan.ts';
import type { PlannedPropagation } from '../../../src/contract/traffic/mesh.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { at, constant, keepAlive, ms, ns, paced, sec } from '../plans.ts';
import { meshed, routing, sidecar } from './meshes.ts';

const LAGS: PlannedPropagation = {
  debounceAfter: ms(100),
  debounceMax: sec(10),
  push: constant(ms(30)),
};

/** From the pod to the control plane of the proxies: 20 ms of the kubelet, 40 of the slices, 7 of the watch. */
const TO_DISCOVERY = 0.067;

/** When requests went to backend-3, s, of those that are due every ms and dealt to four pods in turn. */
function requestsOfLast(
  propagation: PlannedPropagation,
  timeline: readonly TimelineAction[],
): number[] {
  const made = meshed(
    sidecar({ routing: routing({ propagation }) }),
    { kind: 'round_robin' },
    {
      warmUp: 0,
      duration: 6,
      hop: ms(0),
      lag: ms(20),
      controlPlane: { watch: constant(ms(7)) },
      service: constant(ns(0)),
      connection: keepAlive({ pool: 1e6 }),
      client: { arrival: paced(1000) },
      timeline,
    },
  );
  const { requests } = simulate(made, 1, { recordRequests: true });
  return requests!.filter(({ pod }) => pod === 'backend-3').map(({ issuedNs }) => issuedNs / 1e9);
}

const setReady = (pod: string, second: number, ready: boolean): TimelineAction => ({
  kind: 'setReady',
  workload: 0,
  pod,
  ready,
  at: at(second),
});

describe('the view of a proxy', () => {
  it('is behind by the kubelet, the slices, the watch, the debounce and the push, one after the other', () => {
    const times = requestsOfLast(LAGS, [
      setReady('backend-3', 2, false),
      setReady('backend-3', 4, true),
    ]);
    const lag = TO_DISCOVERY + 0.13;
    const last = Math.max(...times.filter((time) => time < 3));
    const first = Math.min(...times.filter((time) => time > 3));
    // Its turn comes every 4 ms.
    expect(last).toBeLessThanOrEqual(2 + lag);
    expect(last).toBeGreaterThan(2 + lag - 0.005);
    expect(first).toBeGreaterThanOrEqual(4 + lag);
    expect(first).toBeLessThan(4 + lag + 0.005);
  });

  it('waits as long as changes go on, and for debounceMax at the most', () => {
    const restless = Array.from({ length: 40 }, (_, i) =>
      setReady('backend-0', 2.01 + i * 0.05, i % 2 === 1),
    );
    const timeline = [setReady('backend-3', 2, false), ...restless];
    const lastOf = (debounceMax: number): number =>
      Math.max(...requestsOfLast({ ...LAGS, debounceMax: ms(debounceMax) }, timeline));
    expect(lastOf(300)).toBeLessThanOrEqual(2 + TO_DISCOVERY + 0.33);
    expect(lastOf(300)).toBeGreaterThan(2 + TO_DISCOVERY + 0.33 - 0.006);
    // The last change is at 3.96 s.
    expect(lastOf(10_000)).toBeGreaterThan(3.96 + TO_DISCOVERY + 0.13 - 0.006);
    expect(lastOf(10_000)).toBeLessThanOrEqual(3.96 + TO_DISCOVERY + 0.13);
  });

  it('stays as it is on a node that the control plane does not reach', () => {
    const nobody = { nodes: [], external: false, controlPlane: false };
    const cut: TimelineAction = {
      kind: 'partition',
      between: [
        { ...nobody, controlPlane: true },
        { ...nobody, nodes: [1] },
      ],
      lasts: sec(2),
      at: at(1),
    };
    const times = requestsOfLast(LAGS, [cut, setReady('backend-3', 2, false)]);
    expect(Math.max(...times)).toBeLessThanOrEqual(3);
    expect(Math.max(...times)).toBeGreaterThan(3 - 0.006);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndpointSet } from '../../src/kube/endpoint.ts';
import type { Endpoint, Vantage } from '../../src/kube/endpoint.ts';
import type { TrafficPolicy } from '../../src/kube/service.ts';

type Facts = Partial<Omit<Endpoint, 'pod' | 'ready'>>;

const endpoint = (pod: number, facts: Facts): Endpoint => {
  const { serving = true, terminating = false, node = 0, hints = null } = facts;
  return {
    address: `10.244.0.${pod}:8080`,
    ip: 0x0af40000 + pod,
    port: 8080,
    pod,
    node,
    ready: serving && !terminating,
    serving,
    terminating,
    hints,
  };
};

const READY = { serving: true, terminating: false };
const UNREADY = { serving: false, terminating: false };
const LEAVING = { serving: true, terminating: true };
const LEFT = { serving: false, terminating: true };

const zones = (...names: string[]) => ({ zones: names, nodes: [] });
const HOME: Vantage = { node: 0, zone: null };

const setOf = (all: readonly Facts[]): EndpointSet =>
  new EndpointSet(
    0,
    all.map((one, pod) => endpoint(pod, one)),
  );

const podsIn = (set: EndpointSet, policy: TrafficPolicy, at: Vantage): number[] =>
  set.usable(policy, at).endpoints.map(({ pod }) => pod);

const usable = (...all: Facts[]): number[] => podsIn(setOf(all), 'Cluster', HOME);

describe('usable endpoints under policy Cluster', () => {
  it('are the ready ones, in their order', () => {
    expect(usable(UNREADY, READY, LEAVING, READY, LEFT)).toEqual([1, 3]);
  });

  it('are those that terminate but serve where none is ready, and a single ready one rules them out (O7)', () => {
    expect(usable(UNREADY, LEAVING, LEFT, LEAVING)).toEqual([1, 3]);
    expect(usable(UNREADY, LEAVING, READY, LEAVING)).toEqual([2]);
    // Even a ready one on another node.
    expect(usable({ ...LEAVING, node: 0 }, { ...READY, node: 9 })).toEqual([1]);
  });

  it('are never unready ones, even where there are no others', () => {
    expect(usable(UNREADY, LEFT, UNREADY)).toEqual([]);
    expect(usable()).toEqual([]);
  });

  it('are some whenever anyone serves, and always of the given', () => {
    const facts = fc.record({ serving: fc.boolean(), terminating: fc.boolean() });
    fc.assert(
      fc.property(fc.array(facts), (all) => {
        const set = setOf(all);
        const found = set.usable('Cluster', HOME).endpoints;
        expect(found.every((one) => set.endpoints.includes(one) && one.serving)).toBe(true);
        expect(found.length > 0).toBe(all.some(({ serving }) => serving));
      }),
      { seed: 1 },
    );
  });
});

describe('usable endpoints under policy Local', () => {
  const at = (node: number, ...all: Facts[]) => setOf(all).usable('Local', { node, zone: null });

  it("are the node's own ready ones, else its own that terminate but serve", () => {
    const all = [
      { ...READY, node: 1 },
      { ...LEAVING, node: 1 },
      { ...LEAVING, node: 2 },
      { ...LEFT, node: 2 },
      { ...UNREADY, node: 3 },
    ];
    const pods = (node: number): number[] => at(node, ...all).endpoints.map(({ pod }) => pod);
    expect(pods(1)).toEqual([0]);
    // There is a ready one on another node, which does not rule out a local fallback.
    expect(pods(2)).toEqual([2]);
    expect(pods(3)).toEqual([]);
    expect(pods(4)).toEqual([]);
  });

  it('are nothing, with others elsewhere, exactly where another node could use one (O5)', () => {
    expect(at(0, { ...READY, node: 1 })).toEqual({ endpoints: [], elsewhere: true });
    expect(at(0, { ...LEAVING, node: 1 })).toEqual({ endpoints: [], elsewhere: true });
    expect(at(0, { ...LEFT, node: 1 }, UNREADY)).toEqual({ endpoints: [], elsewhere: false });
    expect(at(0)).toEqual({ endpoints: [], elsewhere: false });
  });

  it('do not know of hints', () => {
    const all = [0, 1].map((node) => ({ ...READY, node, hints: zones('b') }));
    const set = setOf(all);
    expect(podsIn(set, 'Local', { node: 1, zone: 'a' })).toEqual([1]);
  });
});

describe('topology hints', () => {
  const inZone = (zone: string | null, ...all: Facts[]): number[] =>
    podsIn(setOf(all), 'Cluster', { node: 0, zone });

  it('leave a zone the endpoints that are meant for it', () => {
    const all = [{ hints: zones('a') }, { hints: zones('b') }, { hints: zones('a', 'b') }];
    expect(inZone('a', ...all)).toEqual([0, 2]);
    expect(inZone('b', ...all)).toEqual([1, 2]);
  });

  it('are void for all nodes as soon as one ready endpoint has none (O13)', () => {
    const all = [{ hints: zones('a') }, { hints: zones('b') }, {}];
    expect(inZone('a', ...all)).toEqual([0, 1, 2]);
    expect(inZone('b', ...all.toReversed())).toEqual([0, 1, 2]);
    // One that is not ready does not count.
    expect(inZone('a', { hints: zones('a') }, { hints: zones('b') }, UNREADY)).toEqual([0]);
  });

  it('leave a zone that none is meant for all endpoints, while the others stay in theirs (O13)', () => {
    const all = [{ hints: zones('a') }, { hints: zones('b') }];
    expect(inZone('c', ...all)).toEqual([0, 1]);
    expect(inZone(null, ...all)).toEqual([0, 1]);
    expect(inZone('b', ...all)).toEqual([1]);
  });

  it('for nodes come before those for zones, and fall back to them', () => {
    const all = [
      { hints: { zones: ['a'], nodes: [0] } },
      { hints: { zones: ['a'], nodes: [1] } },
      { hints: { zones: ['b'], nodes: [2] } },
    ];
    const set = setOf(all);
    expect(podsIn(set, 'Cluster', { node: 1, zone: 'a' })).toEqual([1]);
    expect(podsIn(set, 'Cluster', { node: 7, zone: 'a' })).toEqual([0, 1]);
    expect(podsIn(set, 'Cluster', { node: 7, zone: 'c' })).toEqual([0, 1, 2]);
    // One endpoint without a hint for nodes makes those of the others void, and zones decide.
    const mixed = setOf([...all, { hints: { zones: ['a'], nodes: [] } }]);
    expect(podsIn(mixed, 'Cluster', { node: 1, zone: 'a' })).toEqual([0, 1, 3]);
  });

  it('do not filter the fallback to those that terminate', () => {
    const all = [
      { ...LEAVING, hints: zones('a') },
      { ...LEAVING, hints: zones('b') },
    ];
    expect(inZone('a', ...all)).toEqual([0, 1]);
  });
});

describe('nodes that come to the same result', () => {
  const nodes = Array.from({ length: 12 }, (_, node) => ({ node, zone: 'abc'[node % 3]! }));
  const objects = (set: EndpointSet, policy: TrafficPolicy): number =>
    new Set(nodes.map((at) => set.usable(policy, at))).size;

  it('share it: one for all, one a zone, or one a node with endpoints', () => {
    const plain = setOf([{ node: 0 }, { node: 1 }]);
    expect(objects(plain, 'Cluster')).toBe(1);
    expect(objects(plain, 'Local')).toBe(3);
    expect(objects(setOf([{ hints: zones('a') }, { hints: zones('b') }]), 'Cluster')).toBe(3);
  });
});

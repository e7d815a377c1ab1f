import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usableEndpoints } from '../../src/kube/endpoint.ts';
import type { Endpoint } from '../../src/kube/endpoint.ts';

const endpoint = (
  pod: number,
  conditions: { readonly serving: boolean; readonly terminating: boolean },
): Endpoint => ({
  address: `10.244.0.${pod}:8080`,
  ip: 0x0af40000 + pod,
  port: 8080,
  pod,
  node: 0,
  ready: conditions.serving && !conditions.terminating,
  ...conditions,
});

const READY = { serving: true, terminating: false };
const UNREADY = { serving: false, terminating: false };
const LEAVING = { serving: true, terminating: true };
const LEFT = { serving: false, terminating: true };

const usable = (...conditions: { serving: boolean; terminating: boolean }[]): number[] =>
  usableEndpoints(conditions.map((one, pod) => endpoint(pod, one))).endpoints.map(({ pod }) => pod);

describe('usable endpoints', () => {
  it('are the ready ones, in their order', () => {
    expect(usable(UNREADY, READY, LEAVING, READY, LEFT)).toEqual([1, 3]);
  });

  it('are those that terminate but serve where none is ready, and a single ready one rules them out', () => {
    expect(usable(UNREADY, LEAVING, LEFT, LEAVING)).toEqual([1, 3]);
    expect(usable(UNREADY, LEAVING, READY, LEAVING)).toEqual([2]);
  });

  it('are never unready ones, even where there are no others', () => {
    expect(usable(UNREADY, LEFT, UNREADY)).toEqual([]);
    expect(usable()).toEqual([]);
  });

  it('are some whenever anyone serves, and always of the given', () => {
    const conditions = fc.record({ serving: fc.boolean(), terminating: fc.boolean() });
    fc.assert(
      fc.property(fc.array(conditions), (all) => {
        const given = all.map((one, pod) => endpoint(pod, one));
        const found = usableEndpoints(given).endpoints;
        expect(found.every((one) => given.includes(one) && one.serving)).toBe(true);
        expect(found.length > 0).toBe(given.some(({ serving }) => serving));
      }),
      { seed: 1 },
    );
  });
});

/** How endpoints are packed into slices: what Kubernetes' own controller would do, and how much it writes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlicePacking, type PackedEndpoint } from '../../src/kube/slice-packing.ts';

const packing = (max = 100): SlicePacking<string> => new SlicePacking(max, (a, b) => a === b);

const one = (conditions = 3, hints = '', ports = '80'): PackedEndpoint<string> => ({
  ports,
  conditions,
  hints,
});

/** Endpoints by these numbers, all alike. */
const some = (...numbers: readonly number[]): Map<number, PackedEndpoint<string>> =>
  new Map(numbers.map((number) => [number, one()]));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const sizes = ({ slices }: SlicePacking<string>): number[] =>
  slices.map(({ endpoints }) => endpoints.size).sort((a, b) => b - a);

const nothing = { created: 0, updated: 0, deleted: 0 };

describe('a Service', () => {
  it('of n endpoints has slices of at most 100', () => {
    const slices = packing();
    expect(slices.reconcile(some(...upTo(250)))).toEqual({ ...nothing, created: 3 });
    expect(sizes(slices)).toEqual([100, 100, 50]);
  });

  it('without endpoints keeps one slice without any, which its first endpoint takes over', () => {
    const slices = packing();
    expect(slices.reconcile(some())).toEqual({ ...nothing, created: 1 });
    expect(slices.slices.map(({ ports }) => ports)).toEqual([null]);
    expect(slices.reconcile(some())).toEqual(nothing);
    expect(slices.reconcile(some(1))).toEqual({ ...nothing, updated: 1 });
    expect(slices.reconcile(some())).toEqual({ ...nothing, updated: 1 });
    expect(slices.slices.map(({ ports }) => ports)).toEqual([null]);
  });

  it('writes nothing where nothing has changed', () => {
    const slices = packing();
    slices.reconcile(some(...upTo(250)));
    expect(slices.reconcile(some(...upTo(250)))).toEqual(nothing);
  });
});

describe('an endpoint', () => {
  it('that changes is changed in its slice', () => {
    const slices = packing();
    slices.reconcile(some(...upTo(250)));
    expect(slices.reconcile(some(...upTo(250)).set(120, one(1)))).toEqual({
      ...nothing,
      updated: 1,
    });
    expect(sizes(slices)).toEqual([100, 100, 50]);
  });

  it('that is new goes to the fullest slice in which it fits', () => {
    const slices = packing(10);
    slices.reconcile(some(...upTo(30)));
    // 10, 8, 5.
    slices.reconcile(some(...upTo(30).filter((i) => ![10, 11, 20, 21, 22, 23, 24].includes(i))));
    const left = slices.slices.flatMap(({ endpoints }) => [...endpoints.keys()]);
    expect(slices.reconcile(some(...left, 100))).toEqual({ ...nothing, updated: 1 });
    expect(sizes(slices)).toEqual([10, 9, 5]);
    // Four do not fit into the one that has room for one: they stay together.
    expect(slices.reconcile(some(...left, 100, 101, 102, 103, 104))).toEqual({
      ...nothing,
      updated: 1,
    });
    expect(sizes(slices)).toEqual([10, 9, 9]);
  });

  it('that is new takes the place of one that goes, in the slice that is written anyway', () => {
    const slices = packing(10);
    slices.reconcile(some(...upTo(25)));
    const without = upTo(25).filter((i) => i !== 3);
    expect(slices.reconcile(some(...without, 100))).toEqual({ ...nothing, updated: 1 });
    expect(sizes(slices)).toEqual([10, 10, 5]);
  });

  it('never moves: slices may stay many though few would do', () => {
    const slices = packing(10);
    slices.reconcile(some(...upTo(30)));
    const few = [0, 10, 20];
    expect(slices.reconcile(some(...few))).toEqual({ ...nothing, updated: 3 });
    expect(sizes(slices)).toEqual([1, 1, 1]);
    // The last of a slice takes it along.
    expect(slices.reconcile(some(0, 10))).toEqual({ ...nothing, deleted: 1 });
  });

  it('with other ports is in another slice', () => {
    const slices = packing();
    const both = some(1, 2).set(3, one(3, '', '81'));
    expect(slices.reconcile(both)).toEqual({ ...nothing, created: 2 });
    expect(sizes(slices)).toEqual([2, 1]);
  });

  it('with another hint has its slice written, which is not filled for that', () => {
    const slices = packing(10);
    slices.reconcile(some(...upTo(15)));
    const hinted = some(...upTo(15)).set(0, one(3, 'zone a'));
    expect(slices.reconcile(hinted)).toEqual({ ...nothing, updated: 1 });
    expect(slices.reconcile(hinted)).toEqual(nothing);
  });
});

describe('any sequence of changes', () => {
  const endpoints = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 3 })), {
      selector: ([number]) => number,
      maxLength: 50,
    })
    .map((list) => new Map(list.map(([number, c]) => [number, one(c, '', String(number % 2))])));

  it('leaves every endpoint in one slice as it is to be, no slice too full, and writes no slice that stays', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(endpoints, { minLength: 1, maxLength: 12 }),
        (max, steps) => {
          const slices = packing(max);
          for (const desired of steps) {
            const before = slices.slices.map((slice) => [slice, contents(slice)] as const);
            const writes = slices.reconcile(desired);
            const packed = slices.slices.flatMap((slice) => [...slice.endpoints]);
            expect(new Map(packed)).toEqual(desired);
            expect(packed).toHaveLength(desired.size);
            for (const slice of slices.slices) {
              expect(slice.endpoints.size).toBeLessThanOrEqual(max);
              for (const { ports } of slice.endpoints.values()) expect(ports).toBe(slice.ports);
              if (slice.endpoints.size === 0) expect(slices.slices).toHaveLength(1);
            }
            // Slices that are as they were need no write; every other needs one at most.
            const stays = new Map(before);
            const same = slices.slices.filter((slice) => stays.get(slice) === contents(slice));
            const touched = Math.max(slices.slices.length, before.length) - same.length;
            expect(writes.created + writes.updated + writes.deleted).toBe(touched);
          }
        },
      ),
      { numRuns: 300, seed: 20_261_122 },
    );
  });
});

const contents = ({ endpoints }: { readonly endpoints: ReadonlyMap<number, unknown> }): string =>
  JSON.stringify([...endpoints].sort(([a], [b]) => a - b));

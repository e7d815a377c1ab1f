import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitTree } from '../../src/proxy/ipvs/schedulers/bit-tree.ts';
import { FirstMinimum } from '../../src/proxy/ipvs/schedulers/first-minimum.ts';

describe('a tree of bits', () => {
  // One word, two, a full level and one more, three levels.
  it.each([1, 32, 33, 1024, 1025, 40_000])('below %i has the least of its numbers', (bound) => {
    const number = fc.nat({ max: bound - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), number), { maxLength: 100 }), (steps) => {
        const tree = new BitTree(bound);
        const naive = new Set<number>();
        for (const [isAdded, value] of steps) {
          if (isAdded) {
            tree.add(value);
            naive.add(value);
          } else {
            const least = naive.size === 0 ? -1 : Math.min(...naive);
            expect(tree.takeLeast()).toBe(least);
            naive.delete(least);
          }
        }
        tree.clear();
        expect(tree.takeLeast()).toBe(-1);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

/** Changes of one number: those of connections, jumps far out of the window, fractions, and none to take. */
const change = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(256, -255, -1) },
  { weight: 1, arbitrary: fc.integer({ min: -100_000, max: 100_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0.5, -1 / 3) },
  { weight: 1, arbitrary: fc.constant(Infinity) },
);

describe('the first minimum', () => {
  it.each([0, 1, 2, 10, 33, 1100])('of %i numbers is that of a walk through them', (count) => {
    const step = fc.record({
      // Of the one found last, as when a connection begins, or of any.
      index: fc.option(fc.nat({ max: Math.max(0, count - 1) }), { nil: null }),
      by: change,
      isAsked: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const minimum = new FirstMinimum();
        minimum.reset(count);
        expect(minimum.first()).toBe(-1);
        const numbers = Array.from({ length: count }, () => 0);
        for (let i = 0; i < count; i++) minimum.set(i, 0);
        let found = 0;
        for (const { index: chosen, by, isAsked } of steps) {
          if (count === 0) continue;
          const index = chosen ?? found;
          numbers[index] = numbers[index] === Infinity ? 0 : numbers[index]! + by;
          minimum.set(index, numbers[index]!);
          if (!isAsked) continue;
          const least = Math.min(...numbers);
          expect(minimum.first()).toBe(least === Infinity ? -1 : numbers.indexOf(least));
          if (least < Infinity) found = numbers.indexOf(least);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

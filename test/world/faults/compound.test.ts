import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compound } from '../../../src/world/faults/compound.ts';

fc.configureGlobal({ seed: 42 });

/** In tenths. */
const factor = fc.integer({ min: 1, max: 1000 }).map((tenths) => tenths / 10);
const factors = fc.array(factor, { maxLength: 8 });

describe('faults that multiply', () => {
  it('leave nothing behind, in whatever order they begin and end', () => {
    const begun = factors.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(begun, ([all, ended]) => {
        const slowest = all.reduce((product, one) => compound(product, one), 1);
        expect(ended.reduce((product, one) => compound(product, 1 / one), slowest)).toBe(1);
      }),
    );
  });

  it('take back a factor whose inverse is rounded: 49 × (1 / 49) is not 1', () => {
    expect(49 * (1 / 49)).not.toBe(1);
    expect(compound(compound(1, 49), 1 / 49)).toBe(1);
  });

  it('are felt together: three and seven times is twenty-one times', () => {
    expect(compound(compound(1, 3), 7)).toBe(21);
  });
});

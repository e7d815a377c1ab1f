import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/engine/random.ts';
import { standardNormal } from '../../src/engine/ziggurat.ts';
import { mserCut } from '../../src/stats/mser.ts';

/** The definition, word by word: the cut d that minimises the sum of squares of the rest over its squared length. */
function byDefinition(values: readonly number[]): number {
  const errors = values.slice(0, values.length - 4).map((_, cut) => {
    const rest = values.slice(cut);
    const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length;
    return rest.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rest.length ** 2;
  });
  return errors.indexOf(Math.min(...errors));
}

describe('MSER', () => {
  const random = RandomStream.open(42, 'mser');
  const noise = (count: number): number[] =>
    Array.from({ length: count }, () => standardNormal(random));

  it('cuts where its definition does', () => {
    for (let study = 0; study < 200; study++) {
      const values = noise(40).map((value, i) => value + (i < 8 ? 2 : 0));
      const expected = byDefinition(values);
      expect(mserCut(values, 1)).toBe(expected > 20 ? null : expected);
    }
  });

  it('cuts a series that jumps at the jump, in whole batches', () => {
    const jump = [...new Array<number>(12).fill(0), ...new Array<number>(88).fill(10)];
    expect(mserCut(jump, 1)).toBe(12);
    expect(mserCut(jump)).toBe(15);
  });

  it('cuts nothing off a constant', () => {
    expect(mserCut(new Array<number>(100).fill(7))).toBe(0);
  });

  it('does not trust a cut in the second half: the series has not settled', () => {
    const rising = Array.from({ length: 100 }, (_, i) => i);
    expect(mserCut(rising, 1)).toBeNull();
  });

  it('refuses a series that is too short', () => {
    expect(() => mserCut(new Array<number>(25).fill(1))).toThrow('more than 5 batches');
  });
});

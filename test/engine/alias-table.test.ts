import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AliasTable } from '../../src/engine/alias-table.ts';

// The same cases in every run; another seed is another search.
fc.configureGlobal({ seed: 42 });

describe('an alias table', () => {
  it('gives every index the share of its weight', () => {
    const weights = fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 8 })
      .filter((candidate) => candidate.some((weight) => weight > 0));
    fc.assert(
      fc.property(weights, (candidate) => {
        const table = new AliasTable(candidate);
        const sum = candidate.reduce((total, weight) => total + weight, 0);
        // Every column is cut at a multiple of 1/sum of its width, so that evenly spaced points, sum
        // of them to a column, hit each index exactly in proportion.
        const points = candidate.length * sum;
        const hits = new Array<number>(candidate.length).fill(0);
        for (let i = 0; i < points; i++) hits[table.pick((i + 0.5) / points)]! += 1;
        expect(hits).toEqual(candidate.map((weight) => weight * candidate.length));
      }),
    );
  });

  it('refuses weights that are all zero, or negative', () => {
    expect(() => new AliasTable([0, 0])).toThrow('positive, finite sum');
    expect(() => new AliasTable([2, -1])).toThrow('negative: -1');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, suggest } from '../../src/base/suggest.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });

describe('edit distance', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['maxOverMaen', 'maxOverMean', 1],
    ['', 'abc', 3],
    ['same', 'same', 0],
  ])('from %s to %s is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is symmetric, at least the difference in length and at most the longer length', () => {
    fc.assert(
      fc.property(word, word, (from, to) => {
        const distance = editDistance(from, to);
        expect(distance).toBe(editDistance(to, from));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(from.length - to.length));
        expect(distance).toBeLessThanOrEqual(Math.max(from.length, to.length));
      }),
      { seed: 1 },
    );
  });

  it('given a limit, is exact within it and beyond it otherwise', () => {
    fc.assert(
      fc.property(word, word, fc.nat(4), (from, to, limit) => {
        const distance = editDistance(from, to);
        const limited = editDistance(from, to, limit);
        if (distance <= limit) expect(limited).toBe(distance);
        else expect(limited).toBeGreaterThan(limit);
      }),
      { seed: 2 },
    );
  });
});

describe('suggestions', () => {
  it('come only from within a third of the word', () => {
    expect(suggest('iptable', ['ipvs', 'iptables'])).toBe('iptables');
    expect(suggest('mod', ['mode'])).toBe('mode');
    expect(suggest('ab', ['ac'])).toBeUndefined();
    expect(suggest('cilium', ['iptables', 'nftables', 'ipvs'])).toBeUndefined();
  });

  it('ignore case and prefer the nearest, then the first', () => {
    expect(suggest('clientip', ['None', 'ClientIP'])).toBe('ClientIP');
    expect(suggest('worker-1x', ['worker-2', 'worker-1'])).toBe('worker-1');
    expect(suggest('worker-', ['worker-2', 'worker-1'])).toBe('worker-2');
  });
});

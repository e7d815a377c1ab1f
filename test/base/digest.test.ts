import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Digest } from '../../src/base/digest.ts';

// The same cases in every run; another seed is another search.
fc.configureGlobal({ seed: 42 });

const digestOf = (numbers: readonly number[]): string => {
  const digest = new Digest();
  for (const number of numbers) digest.mix(number);
  return digest.hex();
};
const numbers = fc.array(fc.double({ noNaN: true }).map((number) => number + 0));

describe('a digest', () => {
  it('is 16 hexadecimal digits, the same for the same input', () => {
    fc.assert(
      fc.property(numbers, (input) => {
        expect(digestOf(input)).toMatch(/^[0-9a-f]{16}$/);
        expect(digestOf(input)).toBe(digestOf(input));
      }),
    );
  });

  it('changes with any number, however little', () => {
    fc.assert(
      fc.property(
        numbers,
        fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true }),
        (input, number) => {
          const neighbour = number + Number.EPSILON;
          expect(digestOf([...input, neighbour])).not.toBe(digestOf([...input, number]));
        },
      ),
    );
  });

  it('changes with the order and with the number of inputs', () => {
    expect(digestOf([1, 2])).not.toBe(digestOf([2, 1]));
    expect(new Set([digestOf([]), digestOf([0]), digestOf([0, 0])]).size).toBe(3);
  });

  it('takes -0 for 0', () => {
    expect(digestOf([-0])).toBe(digestOf([0]));
  });

  it('sees where a text ends', () => {
    const ofTexts = (...texts: string[]): string => {
      const digest = new Digest();
      for (const text of texts) digest.mixText(text);
      return digest.hex();
    };
    expect(ofTexts('ab', 'c')).not.toBe(ofTexts('a', 'bc'));
    expect(ofTexts('')).not.toBe(ofTexts());
  });

  it('can be read and added to', () => {
    const digest = new Digest();
    digest.mixInt(1);
    const before = digest.hex();
    expect(digest.hex()).toBe(before);
    digest.mixInt(1);
    expect(digest.hex()).not.toBe(before);
  });

  it('has no collisions among a million close inputs, in either half', () => {
    const seen = new Set<string>();
    const halves = [new Set<string>(), new Set<string>()];
    const count = 1_000_000;
    for (let i = 0; i < count; i++) {
      const digest = new Digest();
      digest.mix(i);
      digest.mix(i * 1000);
      const hex = digest.hex();
      seen.add(hex);
      halves[0]!.add(hex.slice(0, 8));
      halves[1]!.add(hex.slice(8));
    }
    expect(seen.size).toBe(count);
    // 32 random bits collide n²/2^33 = 116 times; more than 200 would be no accident (1e-10).
    for (const half of halves) expect(count - half.size).toBeLessThan(200);
  });

  it('flips half of its bits when one bit of the last number flips', () => {
    const bits = new Float64Array(1);
    const words = new BigUint64Array(bits.buffer);
    let flips = 0;
    let trials = 0;
    for (let bit = 0n; bit < 52n; bit++) {
      for (let i = 1; i <= 100; i++) {
        bits[0] = i * Math.PI;
        const before = BigInt(`0x${digestOf([1, bits[0]])}`);
        words[0]! ^= 1n << bit;
        let difference = before ^ BigInt(`0x${digestOf([1, bits[0]])}`);
        for (; difference > 0n; difference >>= 1n) flips += Number(difference & 1n);
        trials += 64;
      }
    }
    expect(Math.abs(flips / trials - 0.5)).toBeLessThan(0.02);
  });
});

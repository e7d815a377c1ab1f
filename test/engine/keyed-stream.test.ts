/** Families of random sequences: uniform and independent over their keys, and the same whatever was drawn before. */
import { describe, expect, it } from 'vitest';
import { KeyedStream } from '../../src/engine/keyed-stream.ts';

const CELLS = 64;
/** Quantiles of chi-square with 63 and 4095 degrees of freedom at 1e-4 either side (R: qchisq(c(1e-4, 1 - 1e-4), df)). */
const BOUNDS_63 = [29.5, 113.51] as const;
const BOUNDS_4095 = [3766, 4440.2] as const;

/** Chi-square of counts against equal cells. */
function chiSquare(counts: readonly number[]): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  const expected = all / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

const cell = (value: number): number => Math.floor(value * CELLS);

describe('a keyed stream', () => {
  it('gives a pair the same numbers in whatever order pairs come up', () => {
    const drawn = (pairs: readonly (readonly [number, number])[]) => {
      const stream = new KeyedStream(7, 'x');
      return new Map(
        pairs.map(([a, b]) => {
          const sequence = stream.at(a, b);
          return [`${a} ${b}`, [sequence.next(), sequence.next(), sequence.next()]] as const;
        }),
      );
    };
    const pairs = [
      [0, 0],
      [1, 0],
      [0, 1],
      [2 ** 31, 5],
      [12, -3],
    ] as const;
    const [one, other] = [drawn(pairs), drawn([...pairs].reverse())];
    for (const [key, numbers] of one) expect(other.get(key)).toEqual(numbers);
    expect(new Set([...one.values()].flat()).size).toBe(15);
  });

  it('differs from seed to seed, and from name to name', () => {
    const first = (seed: number, name: string) => new KeyedStream(seed, name).at(1, 2).next();
    expect(new Set([first(1, 'x'), first(2, 'x'), first(1, 'y')]).size).toBe(3);
  });

  // Neighbouring keys, as requests are numbered one after the other and calls by their places.
  it.each([
    ['requests', (i: number) => [i, 12_345] as const],
    ['places', (i: number) => [77, i] as const],
    ['both', (i: number) => [i, i] as const],
  ])('is uniform over neighbouring %s, in each of its first numbers', (_, keys) => {
    const stream = new KeyedStream(3, 'uniform');
    const counts = [0, 1, 2, 3].map(() => Array.from({ length: CELLS }, () => 0));
    for (let i = 0; i < 64_000; i++) {
      const sequence = stream.at(...keys(i));
      for (const own of counts) own[cell(sequence.next())]!++;
    }
    for (const own of counts) {
      expect(chiSquare(own)).toBeGreaterThan(BOUNDS_63[0]);
      expect(chiSquare(own)).toBeLessThan(BOUNDS_63[1]);
    }
  });

  it('is independent between neighbours, and between the numbers of one sequence', () => {
    const stream = new KeyedStream(9, 'pairs');
    const tables = [0, 1, 2].map(() => Array.from({ length: CELLS * CELLS }, () => 0));
    let before = [0, 0];
    for (let i = 0; i < 200_000; i++) {
      const sequence = stream.at(i, 4);
      const own = [cell(sequence.next()), cell(sequence.next())];
      const place = cell(stream.at(i, 5).next());
      tables[0]![own[0]! * CELLS + own[1]!]!++;
      if (i > 0) tables[1]![own[0]! * CELLS + before[0]!]!++;
      tables[2]![own[0]! * CELLS + place]!++;
      before = own;
    }
    for (const table of tables) {
      expect(chiSquare(table)).toBeGreaterThan(BOUNDS_4095[0]);
      expect(chiSquare(table)).toBeLessThan(BOUNDS_4095[1]);
    }
  });
});
